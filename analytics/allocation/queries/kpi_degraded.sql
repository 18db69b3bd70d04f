-- What the requests that ended in a window used, degraded or not, by route. One row: one tenant x route x degraded x
-- usage class; cost_usd is null when no line of the row has a price, quantity counts the lines that have one.
--   $start_ns, $until_ns   bigint   nanoseconds since 1970, half-open, by the end of the request
--   $tenant, $team, $feature, $route, $cost_center   varchar   null means every one, '' those without one
with ended as (
    select q.trace_id, q.degraded, q.first_started_at, q.last_started_at, a.tenant, a.route
    from requests q
    left join attributions a on a.attribution_id = q.attribution_id
    where q.complete and q.ended_at >= make_timestamp_ns($start_ns) and q.ended_at < make_timestamp_ns($until_ns)
-- take owned
),

routes_degraded as (
    select distinct tenant, route from ended where degraded
),

extent as (
    select min(first_started_at) as first_at, max(last_started_at) as last_at from ended
)

select
    e.tenant, e.route, e.degraded, r.usage_class,
    coalesce(sum(l.quantity) filter (where l.cost_usd is not null), 0)::decimal(38, 0) as quantity,
    coalesce(sum(l.quantity) filter (where l.cost_usd is null), 0)::decimal(38, 0) as unpriced_quantity,
    sum(l.cost_usd) as cost_usd
from ledger_lines l
cross join extent x
join ended e on e.trace_id = l.trace_id
join routes_degraded d on d.tenant is not distinct from e.tenant and d.route is not distinct from e.route
join rates r on r.rate_id = l.rate_id
where l.started_at >= x.first_at and l.started_at <= x.last_at
group by all
