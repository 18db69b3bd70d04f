-- Requests of a stepped-down route, by side, part of the window and tenant, with sums of their figures. One row: one side x
-- part x tenant number.
--   priced, cost_usd, cost_square   of requests all of which has a price
--   $start_ns, $until_ns   bigint      nanoseconds since 1970: when requests started, half-open
--   $block_ns              bigint      length of a part
--   $route, $tenant        varchar     null means every one
--   $apart                 varchar[]   tenants that are left out: they have a decision of their own
--   $instead               varchar     the better tier
--   $lower                 varchar[]   the tiers below it
with
-- take concerned
select
    side, block_number, tenant_number,
    count(*)::double as requests,
    count(*) filter (where status <> 'ok')::double as errors,
    sum(duration_ns / 1e6) as latency_ms,
    sum((duration_ns / 1e6) ** 2) as latency_square,
    count(*) filter (where cost_status in ('priced', 'none'))::double as priced,
    coalesce(sum(coalesce(cost_usd, 0)) filter (where cost_status in ('priced', 'none')), 0)::double as cost,
    coalesce(sum(coalesce(cost_usd, 0)::double ** 2) filter (where cost_status in ('priced', 'none')), 0) as cost_square
from concerned
group by all
