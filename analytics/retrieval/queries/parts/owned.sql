-- Whose figures are asked for: conditions on the columns of attributions, behind ``where``.
--   $tenant, $team, $feature, $route, $tier, $environment, $cost_center, $project   varchar   null means every one, '' those
--             without one
($tenant is null or coalesce(tenant, '') = $tenant)
and ($team is null or coalesce(team, '') = $team)
and ($feature is null or coalesce(feature, '') = $feature)
and ($route is null or coalesce(route, '') = $route)
and ($tier is null or coalesce(tier, '') = $tier)
and ($environment is null or coalesce(environment, '') = $environment)
and ($cost_center is null or coalesce(cost_center, '') = $cost_center)
and ($project is null or coalesce(project, '') = $project)
-- end
