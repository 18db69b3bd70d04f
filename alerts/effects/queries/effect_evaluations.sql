-- Evaluations of the same requests that have a score; several of one name are one, their mean. One row: one name x side x
-- part x group number.
--   $start_ns, $until_ns   bigint      nanoseconds since 1970: when requests started, half-open
--   $block_ns              bigint      length of a part
--   $route, $tenant        varchar     null means every one
--   $apart, $routes_apart  varchar[]   tenants and routes that are left out
--   $by_route              boolean     whether groups are routes; else tenants
--   $instead               varchar     the better tier
--   $lower                 varchar[]   the tiers below it
with
-- take concerned
scored as (
    select f.measure as name, f.trace_id, avg(f.value) as score
    from figures f
    where f.record_index is not null and f.value is not null
        and f.trace_id in (select trace_id from concerned)
    group by all
)
select
    s.name, c.side, c.block_number, c.group_number,
    count(*)::double as requests, sum(s.score) as amount, sum(s.score ** 2) as square
from scored s
join concerned c on c.trace_id = s.trace_id
group by all
