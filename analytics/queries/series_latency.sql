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
with
-- take owners
sums as (
    select
        o.owner, case $by when 'provider' then l.provider when 'model' then l.model end as called,
        (epoch_ns(l.minute_at) // $step_ns)::integer as step, l.bucket, sum(l.observations) as observations
    from latency_minutes l
    join owners o on o.attribution_id = l.attribution_id
    where l.minute_at >= make_timestamp_ns($start_ns)::timestamp
        and l.minute_at < make_timestamp_ns($until_ns)::timestamp
        and l.stage = $stage
        and ($provider is null or coalesce(l.provider, '') = $provider)
        and ($model is null or coalesce(l.model, '') = $model)
    group by all
    having sum(l.observations) <> 0
),

buckets as (
    select
        s.step, coalesce(o.value, s.called) as found,
        not case when found is null then $shows_none else list_contains($shown::varchar[], found) end as other,
        case when not other then found end as value,
        s.bucket, sum(s.observations)::bigint as observations
    from sums s
    join (select distinct owner, value from owners) o on o.owner = s.owner
    group by all
),

ranked as (
    select
        *, sum(observations) over (partition by step, other, value) as observed,
        sum(observations) over (partition by step, other, value order by bucket) as reached
    from (select step, other, value, bucket, sum(observations)::bigint as observations from buckets group by all)
)

select
    step, other, value,
    bucket_ms(min(bucket) filter (where reached >= (50 * observed + 99) // 100)) as p50_ms,
    bucket_ms(min(bucket) filter (where reached >= (95 * observed + 99) // 100)) as p95_ms
from ranked
group by all
