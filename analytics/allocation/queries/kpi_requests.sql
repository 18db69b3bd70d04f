-- Requests that ended in a window, by what key figures tell apart. One row: one status x degraded x cost_status.
-- cost_usd is null when none of them has a price.
--   $start_ns, $until_ns   bigint   nanoseconds since 1970, half-open, by the end of the request
--   $tenant, $team, $feature, $route, $cost_center   varchar   null means every one, '' those without one
select q.status, q.degraded, q.cost_status, count(*) as requests, sum(q.cost_usd) as cost_usd
from requests q
left join attributions a on a.attribution_id = q.attribution_id
where q.complete and q.ended_at >= make_timestamp_ns($start_ns) and q.ended_at < make_timestamp_ns($until_ns)
-- take owned
group by all
