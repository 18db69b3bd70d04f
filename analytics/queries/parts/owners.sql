-- Owners whose requests are asked for, numbered by the value they have of a dimension: sums by a few small numbers take a
-- third of the time of sums by every owner.
--   $by       varchar   the dimension, null for none
--   $tenant, $team, $feature, $route, $tier, $environment, $cost_center, $project   varchar   null means every one, '' those
--             without one
owners as (
    select attribution_id, value, dense_rank() over (order by value)::integer as owner
    from (
        select
            attribution_id,
            case $by
                when 'tenant' then tenant when 'team' then team when 'feature' then feature when 'route' then route
                when 'tier' then tier when 'environment' then environment when 'cost_center' then cost_center
                when 'project' then project
            end as value
        from attributions
        where ($tenant is null or coalesce(tenant, '') = $tenant)
            and ($team is null or coalesce(team, '') = $team)
            and ($feature is null or coalesce(feature, '') = $feature)
            and ($route is null or coalesce(route, '') = $route)
            and ($tier is null or coalesce(tier, '') = $tier)
            and ($environment is null or coalesce(environment, '') = $environment)
            and ($cost_center is null or coalesce(cost_center, '') = $cost_center)
            and ($project is null or coalesce(project, '') = $project)
    )
)
