-- One row: one group of durations with its percentiles, by nearest rank over log buckets. A dimension that is not asked
-- for is null; so is one that is asked for and absent (unallocated).
--   $start_ns, $until_ns   bigint    nanoseconds since 1970, whole minutes, half-open
--   $stage                 varchar   'request' or the kind of a span; null means every one
--   $tenant, $team, $feature, $route, $provider, $model   varchar   null means every one, '' those without one
--   $by_tenant ... $by_hour   boolean   whether to split by it
with named as (
    select l.*, a.* exclude (attribution_id)
    from latency_minutes l
    left join attributions a on a.attribution_id = l.attribution_id
    where l.minute_at >= make_timestamp_ns($start_ns)::timestamp
        and l.minute_at < make_timestamp_ns($until_ns)::timestamp
        and ($stage is null or l.stage = $stage)
        and ($provider is null or coalesce(l.provider, '') = $provider)
        and ($model is null or coalesce(l.model, '') = $model)
        and ($tenant is null or coalesce(a.tenant, '') = $tenant)
        and ($team is null or coalesce(a.team, '') = $team)
        and ($feature is null or coalesce(a.feature, '') = $feature)
        and ($route is null or coalesce(a.route, '') = $route)
),

buckets as (
    select
        {
            'tenant': case when $by_tenant then tenant end,
            'team': case when $by_team then team end,
            'feature': case when $by_feature then feature end,
            'route': case when $by_route then route end,
            'tier': case when $by_tier then tier end,
            'environment': case when $by_environment then environment end,
            'cost_center': case when $by_cost_center then cost_center end,
            'provider': case when $by_provider then provider end,
            'model': case when $by_model then model end,
            'stage': case when $by_stage then stage end,
            'day': case when $by_day then strftime(minute_at, '%Y-%m-%d') end,
            'hour': case when $by_hour then epoch_ns(date_trunc('hour', minute_at)) end
        } as kind,
        bucket, sum(observations)::bigint as observations, sum(errors)::bigint as errors,
        sum(refusals)::bigint as refusals
    from named
    group by all
    having sum(observations) <> 0
),

ranked as (
    select
        *, sum(observations) over (partition by kind) as observed,
        sum(observations) over (partition by kind order by bucket) as reached
    from buckets
)

select
    kind.*,
    sum(observations)::bigint as count,
    sum(errors)::bigint as errors,
    sum(refusals)::bigint as refusals,
    bucket_ms(min(bucket) filter (where reached >= (50 * observed + 99) // 100)) as p50_ms,
    bucket_ms(min(bucket) filter (where reached >= (95 * observed + 99) // 100)) as p95_ms,
    bucket_ms(min(bucket) filter (where reached >= (99 * observed + 99) // 100)) as p99_ms
from ranked
group by kind
