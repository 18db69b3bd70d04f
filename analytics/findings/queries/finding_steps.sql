-- What the steps of a window add up to. One row: one step x everybody, or one value of a dimension. Of models, requests
-- are calls, cost and tokens are those of its ledger lines.
--   $start, $until    timestamp   the window, whole steps, half-open
--   $step_s           bigint      length of a step; step n begins n x $step_s after 1970
--   $dimensions       varchar[]   any of all, tenant, route, model
--   $input_classes, $output_classes   varchar[]   usage classes whose quantities are such tokens
-- priced_requests and telling_requests are those whose cost and whose tokens are known.
with
-- take analytics.by_dimension
owners as (
    select *, dense_rank() over (order by dimension, value)::integer as owner
    from words
    where value is not null and list_contains($dimensions::varchar[], dimension)
),
named as (
    select distinct owner, dimension, value from owners
),
models as (
    select rate_id, model, list_contains($input_classes::varchar[], usage_class) as is_input,
        list_contains($output_classes::varchar[], usage_class) as is_output
    from rates
    where model is not null and list_contains($dimensions::varchar[], 'model')
),
counted as (
    select
        o.owner, epoch(m.minute_at)::bigint // $step_s as step, sum(m.requests) as requests, sum(m.errors) as errors,
        sum(m.refusals) as refusals,
        sum(m.cost_usd) as cost_usd, sum(m.input_tokens) as input_tokens, sum(m.output_tokens) as output_tokens,
        sum(m.requests - m.unpriced_requests) as priced_requests,
        sum(m.requests - m.missing_usage_requests) as telling_requests
    from request_minutes m
    join owners o on o.attribution_id = m.attribution_id
    where m.minute_at >= $start and m.minute_at < $until
    group by all
    having sum(m.requests) <> 0
),
buckets as (
    select o.owner, null as model, epoch(l.minute_at)::bigint // $step_s as step, l.bucket,
        sum(l.observations) as observations, sum(l.errors) as errors, null as refusals
    from latency_minutes l
    join owners o on o.attribution_id = l.attribution_id
    where l.minute_at >= $start and l.minute_at < $until and l.stage = 'request'
    group by all
    having sum(l.observations) <> 0
    union all by name
    select null as owner, model, epoch(minute_at)::bigint // $step_s as step, bucket,
        sum(observations) as observations, sum(errors) as errors, sum(refusals) as refusals
    from latency_minutes
    where minute_at >= $start and minute_at < $until and stage = 'model' and model is not null
        and list_contains($dimensions::varchar[], 'model')
    group by all
    having sum(observations) <> 0
),
ranked as (
    select
        *, sum(observations) over (partition by owner, model, step) as observed,
        sum(observations) over (partition by owner, model, step order by bucket) as reached
    from buckets
),
timed as (
    select owner, model, step, min(bucket) filter (where reached >= 0.95 * observed) as bucket,
        sum(observations) as observed, sum(errors) as errors, sum(refusals) as refusals
    from ranked
    group by all
),
lines as (
    select
        m.model, epoch(l.minute_at)::bigint // $step_s as step, sum(l.cost_usd) as cost_usd,
        sum(l.quantity) filter (where m.is_input) as input_tokens,
        sum(l.quantity) filter (where m.is_output) as output_tokens
    from cost_minutes l
    join models m on m.rate_id = l.rate_id
    where l.minute_at >= $start and l.minute_at < $until
    group by all
)
select
    n.dimension, n.value, c.step::bigint as step, c.requests::double as requests, c.errors::double as errors,
    c.refusals::double as refusals, c.cost_usd::double as cost_usd, c.input_tokens::double as input_tokens,
    c.output_tokens::double as output_tokens, c.priced_requests::double as priced_requests,
    c.telling_requests::double as telling_requests, bucket_ms(t.bucket)::double as p95_ms
from counted c
join named n on n.owner = c.owner
left join timed t on t.owner = c.owner and t.step = c.step
union all by name
select
    'model' as dimension, coalesce(t.model, l.model) as value, coalesce(t.step, l.step)::bigint as step,
    t.observed::double as requests, t.errors::double as errors, t.refusals::double as refusals, l.cost_usd::double as cost_usd,
    coalesce(l.input_tokens, 0)::double as input_tokens, coalesce(l.output_tokens, 0)::double as output_tokens,
    t.observed::double as priced_requests, t.observed::double as telling_requests, bucket_ms(t.bucket)::double as p95_ms
from (select * from timed where model is not null) t
full join lines l on l.model = t.model and l.step = t.step
order by dimension, value, step
