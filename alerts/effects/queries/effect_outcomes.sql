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
-- take analytics.outcomes.came
summed as (
    select name, trace_id, sum(value)::double as value
    from came
    group by all
)
select
    o.name, c.side, c.block_number, c.group_number,
    count(*)::double as amount, sum(o.value) as value, sum(o.value ** 2) as square
from summed o
join concerned c on c.trace_id = o.trace_id
group by all
