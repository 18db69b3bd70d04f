-- What came of the same requests. One row: one name of an outcome x side x part x group number.
--   amount   requests it came of at least once;  value, square   the sums of their values, and of the squares of those
--   $start_ns, $until_ns   bigint      nanoseconds since 1970: when requests started, half-open
--   $block_ns              bigint      length of a part
--   $route, $tenant        varchar     null means every one
--   $apart, $routes_apart  varchar[]   tenants and routes that are left out
--   $by_route              boolean     whether groups are routes; else tenants
--   $instead               varchar     the better tier
--   $lower                 varchar[]   the tiers below it
with
-- take concerned
answered as (
    select response_id, min(trace_id) as trace_id
    from model_calls
    where response_id in (select response_id from outcomes where trace_id is null)
    group by response_id
),

came as (
    select o.name, coalesce(o.trace_id, a.trace_id) as trace_id, sum(o.value)::double as value
    from outcomes o
    left join answered a on a.response_id = o.response_id and o.trace_id is null
    group by all
)
select
    o.name, c.side, c.block_number, c.group_number,
    count(*)::double as amount, sum(o.value) as value, sum(o.value ** 2) as square
from came o
join concerned c on c.trace_id = o.trace_id
group by all
