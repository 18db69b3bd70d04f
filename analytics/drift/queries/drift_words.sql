-- How often requests and calls had which words in one period. One row: one measure x everybody, or one value of a
-- dimension, x block x word.
--   $start_ns, $until_ns   bigint      the period, nanoseconds since 1970, half-open
--   $block_ns              bigint      length of a block; block n begins n blocks after the start
--   $dimensions            varchar[]   any of all, route, tenant, model
-- Measures: ended_as (ok, or the type of the error), finish_reason (of the answer; of a model, of its calls), tier, tenant, guardrail (verdicts), model as it is asked for,
-- model_version and system_fingerprint as it answered, label:NAME of what spans and evaluations tell.
with
-- take analytics.by_dimension
asked as (
    select
        trace_id, attribution_id, (epoch_ns(ended_at) - $start_ns::bigint) // $block_ns as block,
        coalesce(error_type, status) as ended_as, finish_reason
    from requests
    where ended_at >= make_timestamp_ns($start_ns) and ended_at < make_timestamp_ns($until_ns) and complete
),
served as (
    select attribution_id, block, ended_as, finish_reason, count(*) as events
    from asked
    group by all
),
calls as (
    select
        trace_id, request_model, response_model, system_fingerprint, finish_reason,
        (epoch_ns(started_at) - $start_ns::bigint) // $block_ns as block
    from model_calls
    where started_at >= make_timestamp_ns($start_ns) and started_at < make_timestamp_ns($until_ns)
        and request_model is not null
),
asking as (
    select q.attribution_id, q.block, c.request_model, count(*) as events
    from asked q
    join calls c on c.trace_id = q.trace_id
    group by all
),
guarded as (
    select q.attribution_id, q.block, s.verdict, count(*) as events
    from asked q
    join spans s on s.trace_id = q.trace_id
    where s.started_at >= make_timestamp_ns($start_ns) and s.started_at < make_timestamp_ns($until_ns)
        and s.verdict is not null
    group by all
),
told as (
    select
        'label:' || f.measure as measure, (epoch_ns(f.told_at) - $start_ns::bigint) // $block_ns as block, f.label as word,
-- take analytics.figures_by_dimension
    where f.told_at >= make_timestamp_ns($start_ns) and f.told_at < make_timestamp_ns($until_ns) and f.label is not null
),
counted as (
    select 'ended_as' as measure, o.dimension, o.value, s.block, s.ended_as as word, sum(s.events) as events
    from served s join words o on o.attribution_id = s.attribution_id
    group by all
    union all
    select 'finish_reason', o.dimension, o.value, s.block, s.finish_reason, sum(s.events)
    from served s join words o on o.attribution_id = s.attribution_id
    where s.finish_reason is not null
    group by all
    union all
    select 'finish_reason', 'model', request_model, block, finish_reason, count(*)
    from calls
    where finish_reason is not null
    group by all
    union all
    select 'tier', o.dimension, o.value, s.block, coalesce(o.tier, ''), sum(s.events)
    from served s join words o on o.attribution_id = s.attribution_id
    group by all
    union all
    select 'tenant', o.dimension, o.value, s.block, coalesce(o.tenant, ''), sum(s.events)
    from served s join words o on o.attribution_id = s.attribution_id
    where o.dimension <> 'tenant'
    group by all
    union all
    select 'model', o.dimension, o.value, s.block, s.request_model, sum(s.events)
    from asking s join words o on o.attribution_id = s.attribution_id
    group by all
    union all
    select 'model_version', 'model', request_model, block, response_model, count(*)
    from calls
    where response_model is not null
    group by all
    union all
    select 'system_fingerprint', 'model', request_model, block, system_fingerprint, count(*)
    from calls
    where system_fingerprint is not null
    group by all
    union all
    select 'guardrail', o.dimension, o.value, g.block, g.verdict, sum(g.events)
    from guarded g join words o on o.attribution_id = g.attribution_id
    group by all
    union all
    select measure, dimension, value, block, word, count(*)
    from told
    group by all
)
select measure, dimension, value, block::bigint as block, word as cell, events::bigint as events
from counted
where value is not null and list_contains($dimensions::varchar[], dimension)
order by all
