-- Requests that ended in a window on routes where some were answered without any call and looked into a cache of the
-- application. One row: one tenant x route. hits are those; answered are successful requests with calls that have a
-- price throughout, cost_usd what they cost (null without any).
--   $start_ns, $until_ns   bigint   nanoseconds since 1970, half-open, by the end of the request
--   $tenant, $team, $feature, $route, $cost_center   varchar   null means every one, '' those without one
with ended as (
    select
        q.trace_id, q.status, q.call_count, q.cost_status, q.cost_usd, q.first_started_at, q.last_started_at,
        a.tenant, a.route
    from requests q
    left join attributions a on a.attribution_id = q.attribution_id
    where q.complete and q.ended_at >= make_timestamp_ns($start_ns) and q.ended_at < make_timestamp_ns($until_ns)
-- take owned
),

extent as (
    select min(first_started_at) as first_at, max(last_started_at) as last_at from ended
),

looked as (
    select distinct s.trace_id
    from spans s
    cross join extent x
    where s.kind = 'cache' and s.started_at >= x.first_at and s.started_at <= x.last_at
)

select
    e.tenant, e.route,
    count(*) filter (where e.call_count = 0 and e.status = 'ok' and l.trace_id is not null) as hits,
    count(*) filter (where e.call_count > 0 and e.status = 'ok' and e.cost_status = 'priced') as answered,
    sum(e.cost_usd) filter (where e.call_count > 0 and e.status = 'ok' and e.cost_status = 'priced') as cost_usd
from ended e
left join looked l on l.trace_id = e.trace_id
group by all
having hits > 0
