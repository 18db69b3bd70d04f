-- Whose figures are asked for: conditions on the attributions `a`, behind another condition.
--   $tenant, $team, $feature, $route, $cost_center   varchar   null means every one, '' those without one
    and ($tenant is null or coalesce(a.tenant, '') = $tenant)
    and ($team is null or coalesce(a.team, '') = $team)
    and ($feature is null or coalesce(a.feature, '') = $feature)
    and ($route is null or coalesce(a.route, '') = $route)
    and ($cost_center is null or coalesce(a.cost_center, '') = $cost_center)
-- end
