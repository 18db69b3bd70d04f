-- The one place that says what is good. One row of `placed`: one judged thing in the group of an objective; what says
-- nothing about the objective is left out (analytics/slo/objective.py has the reasons).
--   observed   what is judged (observed.sql)
--   judging    shaped like objectives: those that judge
-- Attribution 0 stands for nobody known: a figure told before its request came, or of a request that never comes.
who as (
    select attribution_id, tenant, team, feature, route, environment from attributions
    -- if measure
    union all
    select 0::ubigint, null, null, null, null, null
    -- end
),
reach as (
    select
        o.objective_id, o.sli, o.unit, o.threshold_ms, o.threshold_ms * 1e6 as threshold_ns, o.ceiling_usd,
        o.ceiling_tokens, a.attribution_id,
        -- if span measure
        o.stage, o.provider, o.model,
        -- end
        -- if measure
        o.measure, o.at_least, o.at_most, o.labels,
        -- end
        -- if grouped
        o.per,
        case when list_contains(o.per, 'tenant') then a.tenant end as group_tenant,
        case when list_contains(o.per, 'team') then a.team end as group_team,
        case when list_contains(o.per, 'feature') then a.feature end as group_feature,
        case when list_contains(o.per, 'route') then a.route end as group_route,
        case when list_contains(o.per, 'environment') then a.environment end as group_environment
        -- end
    from judging o
    join who a
        on (o.tenant is null or o.tenant = a.tenant)
        and (o.team is null or o.team = a.team)
        and (o.feature is null or o.feature = a.feature)
        and (o.route is null or o.route = a.route)
        and (o.environment is null or o.environment = a.environment)
),
-- if relative
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
    select r.* replace (
        coalesce(r.ceiling_usd, c.ceiling_usd) as ceiling_usd, coalesce(r.ceiling_tokens, c.ceiling_tokens) as ceiling_tokens
    ), c.from_at, c.until_at
    from reach r
    left join ceilings c on c.objective_id = r.objective_id
),
-- end
judged as (
    select
        r.objective_id, f.happened_at, f.sign, f.mark,
        -- if measure
        f.weight,
        -- end
        -- if grouped
        r.group_tenant, r.group_team, r.group_feature, r.group_route, r.group_environment,
        case when list_contains(r.per, 'stage') then f.stage end as group_stage,
        case when list_contains(r.per, 'provider') then f.provider end as group_provider,
        case when list_contains(r.per, 'model') then f.model end as group_model,
        -- end
        case
            when r.sli = 'availability' then not f.failed
            -- if latency
            when r.sli = 'latency' and f.duration_ns > r.threshold_ns then false
            when r.sli = 'latency' and not f.failed then true
            -- end
            -- if first_chunk
            -- infinite: a stream that failed before a chunk came; a fast failure says nothing
            when r.sli = 'first_chunk' and isinf(f.first_chunk_ms)
                then case when f.failed and f.duration_ns > r.threshold_ns then false end
            when r.sli = 'first_chunk' and f.first_chunk_ms > r.threshold_ms then false
            when r.sli = 'first_chunk' and f.first_chunk_ms <= r.threshold_ms then true
            -- end
            -- if cost
            when r.sli = 'cost' and r.ceiling_usd is null then null
            when r.sli = 'cost' and f.cost_usd > r.ceiling_usd then false
            when r.sli = 'cost' and f.cost_status = 'priced' and f.cost_usd is not null then true
            when r.sli = 'cost' and f.cost_status = 'none' and f.call_count = 0 then true
            -- end
            -- if tokens
            when r.sli = 'tokens' and r.ceiling_tokens is null then null
            when r.sli = 'tokens' and f.tokens > r.ceiling_tokens then false
            when r.sli = 'tokens' and f.usage_status in ('reported', 'estimated') and f.tokens is not null then true
            when r.sli = 'tokens' and f.usage_status = 'none' and f.call_count = 0 then true
            -- end
            -- if refusals
            when r.sli = 'refusals' and f.refused then false
            when r.sli = 'refusals' and not f.failed then true
            -- end
            -- if measure
            when r.sli = 'measure' and len(r.labels) > 0 then list_contains(r.labels, f.label)
            when r.sli = 'measure' then (r.at_least is null or f.told >= r.at_least)
                and (r.at_most is null or f.told <= r.at_most)
            -- end
        end as good
    from observed f
    -- if relative
    join limited r
    -- end
    -- unless relative
    join reach r
    -- end
        on r.attribution_id = f.attribution_id
        and r.unit = f.unit
        -- if span measure
        and (r.stage is null or r.stage = f.stage)
        and (r.provider is null or r.provider = f.provider)
        and (r.model is null or r.model = f.model)
        -- end
        -- if measure
        and (r.measure is null or r.measure = f.measure)
        -- end
        -- if relative
        and (r.from_at is null or f.happened_at >= r.from_at)
        and (r.until_at is null or f.happened_at < r.until_at)
        -- end
),
placed as (
    -- if grouped
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
    -- end
    -- unless grouped
    select *, 0 as group_id from judged where good is not null
    -- end
)
