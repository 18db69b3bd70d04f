-- Requests by side, part of the window and group, with how many say something of a figure, its sum and that of its
-- squares. One row: one side x part x group number.
--   $start_ns, $until_ns   bigint      nanoseconds since 1970: when requests started, half-open
--   $block_ns              bigint      length of a part
--   $route, $tenant        varchar     null means every one
--   $apart, $routes_apart  varchar[]   tenants and routes that are left out
--   $by_route              boolean     whether groups are routes; else tenants
--   $instead               varchar     the better tier
--   $lower                 varchar[]   the tiers below it
with
-- take concerned
select
    side, block_number, group_number,
    count(*)::double as requests,
    count(*) filter (where status <> 'ok')::double as errors,
    sum(duration_ns / 1e6) as latency_ms,
    sum((duration_ns / 1e6) ** 2) as latency_square,
    count(*) filter (where cost_status in ('priced', 'none'))::double as priced,
    coalesce(sum(coalesce(cost_usd, 0)) filter (where cost_status in ('priced', 'none')), 0)::double as cost,
    coalesce(sum(coalesce(cost_usd, 0)::double ** 2) filter (where cost_status in ('priced', 'none')), 0) as cost_square
from concerned
group by all
