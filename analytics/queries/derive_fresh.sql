-- One row: one span of the batches to derive, with its model call if it is one (usage_status is null if it is not).
--   $after, $until   bigint   batches, $after excluded, $until included
with calls as (
    select * exclude (batch_seq, started_at)
    from model_calls
    where batch_seq > $after and batch_seq <= $until
)
select s.*, c.* exclude (trace_id, span_id)
from spans s
left join calls c on c.trace_id = s.trace_id and c.span_id = s.span_id
where s.batch_seq > $after and s.batch_seq <= $until
