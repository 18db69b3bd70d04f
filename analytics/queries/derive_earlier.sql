-- One row: one span, stored before the batches to derive, of a trace that they touch. Shaped like derive_fresh.
--   wanted           table(trace_id uuid)
--   $after           bigint   spans of batches up to this one
--   $from_ns         bigint   no wanted span starts before this, unix nanoseconds
--   $until_ns        bigint   nor after this
with mine as (
    select s.*
    from spans s
    where s.trace_id in (select w.trace_id from wanted w)
        and s.batch_seq <= $after
        and s.started_at >= make_timestamp_ns($from_ns) and s.started_at <= make_timestamp_ns($until_ns)
),
calls as (
    select c.* exclude (batch_seq, started_at)
    from model_calls c
    where c.trace_id in (select w.trace_id from wanted w)
        and c.batch_seq <= $after
        and c.started_at >= make_timestamp_ns($from_ns) and c.started_at <= make_timestamp_ns($until_ns)
)
select s.*, c.* exclude (trace_id, span_id)
from mine s
left join calls c on c.trace_id = s.trace_id and c.span_id = s.span_id
