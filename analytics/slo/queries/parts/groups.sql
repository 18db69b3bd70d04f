-- New groups for what is in none: the combinations with the most that is judged come first. One row: one group.
--   placed   as judgement.sql leaves it
seen as (
    select
        objective_id,
        group_tenant as tenant,
        group_team as team,
        group_feature as feature,
        group_route as route,
        group_environment as environment,
        group_stage as stage,
        group_provider as provider,
        group_model as model,
        count(*) as judged
    from placed
    where group_id = 0
        and coalesce(
            group_tenant, group_team, group_feature, group_route, group_environment, group_stage, group_provider, group_model
        ) is not null
    group by all
),
room as (
    select objective_id, max(group_id) as taken from objective_groups group by objective_id
),
numbered as (
    select
        s.* exclude (judged),
        (coalesce(r.taken, 0) + row_number() over (
            partition by s.objective_id
            order by judged desc, tenant, team, feature, route, environment, stage, provider, model
        ))::integer as group_id
    from seen s
    left join room r on r.objective_id = s.objective_id
    qualify group_id <= 200
)
