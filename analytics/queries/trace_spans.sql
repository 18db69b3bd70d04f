-- One row: one span of a trace, in the order they started. The call columns are null for a span that called no model.
--   $trace_id   varchar   32 hex digits
with spans_of_trace as (
    select * from spans where trace_id = $trace_id::uuid
),

calls_of_trace as (
    select * from model_calls where trace_id = $trace_id::uuid
)

select
    span_hex(s.span_id) as span_id, span_hex(s.parent_span_id) as parent_span_id, s.batch_seq,
    epoch_ns(s.started_at) as started_at_ns, s.duration_ns, s.name, s.kind, s.status, s.error_type, s.service,
    s.suspect, c.provider, coalesce(c.response_model, c.request_model) as model, c.usage_status, c.input_tokens,
    c.output_tokens, c.cache_read_tokens, c.cache_write_tokens, c.reasoning_tokens, c.ttft_ms, c.finish_reason, c.finish_reasons
from spans_of_trace s
left join calls_of_trace c on c.span_id = s.span_id
order by s.started_at, s.span_id
