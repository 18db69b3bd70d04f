-- Traces that hold a call with the same token counts at about the same time as a wanted one: candidates for a copy
-- without a response id. One row: one trace.
--   wanted                table(input_tokens bigint, output_tokens bigint)
--   $after                bigint   calls of batches up to this one
--   $from_ns, $until_ns   bigint   unix nanoseconds
select distinct c.trace_id
from model_calls c
join wanted w
    on w.input_tokens is not distinct from c.input_tokens
    and w.output_tokens is not distinct from c.output_tokens
where c.batch_seq <= $after
    and c.started_at >= make_timestamp_ns($from_ns) and c.started_at <= make_timestamp_ns($until_ns)
