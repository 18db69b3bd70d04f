-- The one place that says what is good. One row of `placed`: one judged thing in the group of an objective; good is null
-- for what says nothing about it (analytics/slo/objective.py has the reasons).
--   observed   what is judged (observed.sql)
--   judging    shaped like objectives: those that judge
-- Attribution 0 stands for nobody known: a figure told before its request came, or of a request that never comes.
who as (
    select attribution_id, tenant, team, feature, route, environment from attributions
    union all
    select 0::ubigint, null, null, null, null, null
),
reach as (
    select
        o.*,
        a.attribution_id,
        o.threshold_ms * 1e6 as threshold_ns,
        case when list_contains(o.per, 'tenant') then a.tenant end as group_tenant,
        case when list_contains(o.per, 'team') then a.team end as group_team,
        case when list_contains(o.per, 'feature') then a.feature end as group_feature,
        case when list_contains(o.per, 'route') then a.route end as group_route,
        case when list_contains(o.per, 'environment') then a.environment end as group_environment
    from judging o
    join who a
        on (o.tenant is null or o.tenant = a.tenant)
        and (o.team is null or o.team = a.team)
        and (o.feature is null or o.feature = a.feature)
        and (o.route is null or o.route = a.route)
        and (o.environment is null or o.environment = a.environment)
),
ceilings as (
    select
        objective_id,
        ceiling_usd,
        ceiling_tokens,
        from_at::timestamp_ns as from_at,
        lead(from_at) over (partition by objective_id order by from_at)::timestamp_ns as until_at
    from objective_ceilings
    where objective_id in (select j.objective_id from judging j where j.relative)
),
limited as (
    select
        f.*,
        r.* exclude (attribution_id, unit, stage, provider, model, measure, ceiling_usd, ceiling_tokens),
        coalesce(r.ceiling_usd, c.ceiling_usd) as ceiling_usd,
        coalesce(r.ceiling_tokens, c.ceiling_tokens) as ceiling_tokens,
        case when list_contains(r.per, 'stage') then f.stage end as group_stage,
        case when list_contains(r.per, 'provider') then f.provider end as group_provider,
        case when list_contains(r.per, 'model') then f.model end as group_model
    from observed f
    join reach r
        on r.unit = f.unit
        and r.attribution_id = f.attribution_id
        and (r.stage is null or r.stage = f.stage)
        and (r.provider is null or r.provider = f.provider)
        and (r.model is null or r.model = f.model)
        and (r.measure is null or r.measure = f.measure)
    left join ceilings c
        on c.objective_id = r.objective_id and f.happened_at >= c.from_at and (c.until_at is null or f.happened_at < c.until_at)
),
judged as (
    select
        *,
        case sli
            when 'availability' then not failed
            when 'latency' then case when duration_ns > threshold_ns then false when not failed then true end
            when 'first_chunk' then case
                when first_chunk_ms > threshold_ms then false
                when first_chunk_ms <= threshold_ms then true
                when failed and duration_ns > threshold_ns then false
            end
            when 'cost' then case
                when ceiling_usd is null then null
                when cost_usd > ceiling_usd then false
                when cost_status = 'priced' and cost_usd is not null then true
                when cost_status = 'none' and call_count = 0 then true
            end
            when 'tokens' then case
                when ceiling_tokens is null then null
                when tokens > ceiling_tokens then false
                when usage_status in ('reported', 'estimated') and tokens is not null then true
                when usage_status = 'none' and call_count = 0 then true
            end
            when 'measure' then case
                when len(labels) > 0 then list_contains(labels, label)
                else (at_least is null or told >= at_least) and (at_most is null or told <= at_most)
            end
        end as good
    from limited
),
placed as (
    select j.*, coalesce(g.group_id, 0) as group_id
    from judged j
    left join objective_groups g
        on g.objective_id = j.objective_id
        and g.tenant is not distinct from j.group_tenant
        and g.team is not distinct from j.group_team
        and g.feature is not distinct from j.group_feature
        and g.route is not distinct from j.group_route
        and g.environment is not distinct from j.group_environment
        and g.stage is not distinct from j.group_stage
        and g.provider is not distinct from j.group_provider
        and g.model is not distinct from j.group_model
    where j.good is not null
)
