-- What requests cost by the tier they were served at. One row: one tier; null is the requests without one.
--   $start, $until   timestamp   the window, half-open, whole minutes
--   $tenant, $team, $feature, $route, $environment, $cost_center, $project   varchar   null means every one
select
    a.tier, sum(m.requests)::bigint as requests, sum(m.unpriced_requests)::bigint as unpriced_requests,
    sum(m.cost_usd)::decimal(38, 15) as cost_usd
from request_minutes m
join attributions a on a.attribution_id = m.attribution_id
where m.minute_at >= $start and m.minute_at < $until
    and ($tenant is null or a.tenant = $tenant)
    and ($team is null or a.team = $team)
    and ($feature is null or a.feature = $feature)
    and ($route is null or a.route = $route)
    and ($environment is null or a.environment = $environment)
    and ($cost_center is null or a.cost_center = $cost_center)
    and ($project is null or a.project = $project)
group by a.tier
having sum(m.requests) > 0
