-- Figures as they are now, of the traces and evaluations that a derivation touches. One row: one row of figures.
--   now      table shaped like requests: the touched requests as they will be
--   again    table(trace_id uuid): those of them that were derived before
--   events   table(batch_seq bigint, record_index integer, told_at timestamp_ns, measure varchar, value double, label varchar,
--            weight decimal(18,6), trace_id uuid, span_id ubigint, attribution_id ubigint): what derive_events found
--   $after, $until           bigint   batches, those after $after are new, none after $until is known
--   $from_ns                 bigint   no span of a touched trace starts before this, unix nanoseconds
--   $events_from_ns, $events_until_ns   bigint   nor does a span of an event's request, or after the latter
with
told as (
    select * from measures where batch_seq > $after and batch_seq <= $until
    union all
    select m.*
    from measures m
    join again a on a.trace_id = m.trace_id
    where m.batch_seq <= $after and m.measured_at >= make_timestamp_ns($from_ns)
),
about as (
    select s.trace_id, s.span_id, s.kind as stage, c.provider, coalesce(c.response_model, c.request_model) as model
    from spans s
    left join model_calls c
        on c.trace_id = s.trace_id and c.span_id = s.span_id
        and c.started_at >= make_timestamp_ns($events_from_ns) and c.started_at <= make_timestamp_ns($events_until_ns)
    where s.trace_id in (select e.trace_id from events e) and s.batch_seq <= $until
        and s.started_at >= make_timestamp_ns($events_from_ns) and s.started_at <= make_timestamp_ns($events_until_ns)
)
select
    m.batch_seq, null::integer as record_index, m.trace_id, m.span_id, m.measured_at as told_at, m.measure, m.value,
    null::varchar as label, m.weight, n.attribution_id, m.stage, m.provider, m.model
from told m
join now n on n.trace_id = m.trace_id
union all
select
    e.batch_seq, e.record_index, e.trace_id, e.span_id, e.told_at, e.measure, e.value,
    e.label, e.weight, e.attribution_id, a.stage, a.provider, a.model
from events e
left join about a on a.trace_id = e.trace_id and a.span_id = e.span_id
