-- What ledger lines of a window cost in all. One row; cost_usd is null when no line has a price. The sums of cost_groups.sql
-- without its groups, which take three times as long: whole minutes from the roll-up, the ragged edges from the lines.
--   $start_ns, $until_ns        bigint    nanoseconds since 1970: the window, half-open
--   $minutes_start_ns, $minutes_until_ns  bigint   the whole minutes inside it, both = $start_ns when there is none
--   $tenant, $route             varchar   null means every one, '' those without one
with edges as (
    select attribution_id, rate_id, cost_usd, 1 as lines
    from ledger_lines
    where started_at >= make_timestamp_ns($start_ns) and started_at < make_timestamp_ns($minutes_start_ns)
        or started_at >= make_timestamp_ns($minutes_until_ns) and started_at < make_timestamp_ns($until_ns)
),

minutes as (
    select attribution_id, rate_id, cost_usd, lines
    from cost_minutes
    where minute_at >= make_timestamp_ns($minutes_start_ns)::timestamp
        and minute_at < make_timestamp_ns($minutes_until_ns)::timestamp
),

sums as (
    select rate_id, sum(cost_usd) as cost_usd, sum(lines) as lines
    from (select * from edges union all select * from minutes)
    where ($tenant is null and $route is null) or attribution_id in (
        select attribution_id from attributions
        where ($tenant is null or coalesce(tenant, '') = $tenant) and ($route is null or coalesce(route, '') = $route)
    )
    group by rate_id
    having sum(lines) <> 0
)

select
    (sum(s.cost_usd) filter (where r.unit_price_usd is not null))::decimal(38, 15) as cost_usd,
    coalesce(sum(s.lines) filter (where r.status = 'unpriced'), 0)::bigint as unpriced_lines
from sums s
left join rates r on r.rate_id = s.rate_id
