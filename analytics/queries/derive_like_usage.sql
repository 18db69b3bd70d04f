-- Derived calls with the same token counts at the same time as a wanted one: candidates for a copy without a response
-- id, if a framework wrote one of the two. One row: one trace, the scope of its call, and who wrote the wanted one.
--   wanted                table(input_tokens bigint, output_tokens bigint, start_ns bigint, end_ns bigint, by_framework
--                         boolean): calls, in unix nanoseconds
--   $after                bigint   calls of batches up to this one
--   $from_ns, $until_ns   bigint   bounds of all starts that can matter, unix nanoseconds
with alike as (
    select c.trace_id, c.span_id, c.started_at, c.input_tokens, c.output_tokens
    from model_calls c
    where c.input_tokens in (select w.input_tokens from wanted w)
        and c.batch_seq <= $after
        and c.started_at >= make_timestamp_ns($from_ns) and c.started_at <= make_timestamp_ns($until_ns)
),
lasting as (
    select a.*, s.scope, epoch_ns(a.started_at) as start_ns, epoch_ns(a.started_at) + s.duration_ns as end_ns
    from alike a
    join spans s on s.trace_id = a.trace_id and s.span_id = a.span_id
    where s.started_at >= make_timestamp_ns($from_ns) and s.started_at <= make_timestamp_ns($until_ns)
)
select distinct l.trace_id, l.scope, w.by_framework
from lasting l
join wanted w
    on w.input_tokens = l.input_tokens
    and w.output_tokens is not distinct from l.output_tokens
    and w.start_ns <= l.end_ns and l.start_ns <= w.end_ns
