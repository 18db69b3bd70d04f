-- One row: one step of time x one value of a dimension with its percentiles, by nearest rank over log buckets. Null is
-- what has no value; `other` is true for all values together that are not shown.
--   $start_ns, $until_ns   bigint    nanoseconds since 1970, whole minutes, half-open
--   $step_ns               bigint    length of a step, in whole minutes; step n begins at n x $step_ns
--   $stage                 varchar   'request' or the kind of a span
--   $by                    varchar   the dimension, null for none
--   $shown                 varchar[] the values that have rows of their own
--   $shows_none            boolean   whether what has no value has rows of its own
--   $tenant, $team, $feature, $route, $tier, $environment, $cost_center, $project, $provider, $model   varchar   null means
--                          every one, '' those without one
with valued as (
    select
        epoch_ns(l.minute_at) // $step_ns as step, l.bucket, l.observations,
        case $by
            when 'tenant' then a.tenant when 'team' then a.team when 'feature' then a.feature when 'route' then a.route
            when 'tier' then a.tier when 'environment' then a.environment when 'cost_center' then a.cost_center
            when 'project' then a.project when 'provider' then l.provider when 'model' then l.model
        end as value
    from latency_minutes l
    left join attributions a on a.attribution_id = l.attribution_id
    where l.minute_at >= make_timestamp_ns($start_ns)::timestamp
        and l.minute_at < make_timestamp_ns($until_ns)::timestamp
        and l.stage = $stage
        and ($provider is null or coalesce(l.provider, '') = $provider)
        and ($model is null or coalesce(l.model, '') = $model)
        and ($tenant is null or coalesce(a.tenant, '') = $tenant)
        and ($team is null or coalesce(a.team, '') = $team)
        and ($feature is null or coalesce(a.feature, '') = $feature)
        and ($route is null or coalesce(a.route, '') = $route)
        and ($tier is null or coalesce(a.tier, '') = $tier)
        and ($environment is null or coalesce(a.environment, '') = $environment)
        and ($cost_center is null or coalesce(a.cost_center, '') = $cost_center)
        and ($project is null or coalesce(a.project, '') = $project)
),

buckets as (
    select
        step,
        not case when value is null then $shows_none else list_contains($shown::varchar[], value) end as other,
        case when not other then value end as value,
        bucket, sum(observations)::bigint as observations
    from valued
    group by all
    having sum(observations) <> 0
),

ranked as (
    select
        *, sum(observations) over (partition by step, other, value) as observed,
        sum(observations) over (partition by step, other, value order by bucket) as reached
    from buckets
)

select
    step, other, value,
    bucket_ms(min(bucket) filter (where reached >= (50 * observed + 99) // 100)) as p50_ms,
    bucket_ms(min(bucket) filter (where reached >= (95 * observed + 99) // 100)) as p95_ms
from ranked
group by all
