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
        where
-- take owned
    )
)
