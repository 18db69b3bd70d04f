-- Evaluations that a derivation touches: new ones, and earlier ones about its traces, by trace or by response id. One row:
-- one evaluation with the trace, the span and the request it is about as they will be known then.
--   now        table shaped like requests: the touched requests as they will be
--   answers    table(response_key ubigint): responses that their calls tell
--   $after, $until   bigint   batches, those after $after are new, none after $until is known
-- A response id that a stored call has says best which span is meant: an evaluator that runs elsewhere has a trace of its
-- own. Of several calls with the id the first in time counts. No request known: attribution 0, no extent.
with
told as (
    select *
    from log_events
    where event_name = 'gen_ai.evaluation.result' and evaluation_name is not null and error_type is null
        and batch_seq <= $until
),
touched as (
    select batch_seq, record_index from told where batch_seq > $after
    union
    select t.batch_seq, t.record_index from told t join now n on n.trace_id = t.trace_id
    union
    select t.batch_seq, t.record_index from told t join answers a on a.response_key = t.response_key
),
events as (
    select t.*
    from told t
    join touched u on u.batch_seq = t.batch_seq and u.record_index = t.record_index
),
calls as (
    select c.response_key, c.trace_id, c.span_id
    from model_calls c
    where c.batch_seq <= $until and c.response_key in (select e.response_key from events e)
    qualify row_number() over (partition by c.response_key order by c.started_at, c.trace_id, c.span_id) = 1
),
placed as (
    select
        e.batch_seq, e.record_index, e.occurred_at as told_at, e.evaluation_name as measure, e.score_value as value,
        e.score_label as label, coalesce(e.weight, 1)::decimal(18, 6) as weight,
        coalesce(c.trace_id, e.trace_id) as trace_id,
        case when c.trace_id is null then e.span_id else c.span_id end as span_id
    from events e
    left join calls c on c.response_key = e.response_key
),
known as (
    select n.trace_id, n.attribution_id, n.first_started_at, n.last_started_at from now n
    union all
    select q.trace_id, q.attribution_id, q.first_started_at, q.last_started_at
    from requests q
    where q.trace_id in (select p.trace_id from placed p) and q.trace_id not in (select n.trace_id from now n)
)
select
    p.*,
    coalesce(k.attribution_id, 0) as attribution_id,
    epoch_ns(k.first_started_at) as first_ns,
    epoch_ns(k.last_started_at) as last_ns
from placed p
left join known k on k.trace_id = p.trace_id
