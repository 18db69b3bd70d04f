-- Spans as they were derived, for whom their request is. One row: one span.
--   spans_within   rows of spans that are asked about, with mark, which goes through
span_events as (
    select
        make_timestamp_ns(epoch_ns(s.started_at) + s.duration_ns) as ended_at,
        q.attribution_id,
        s.kind as stage,
        c.provider,
        coalesce(c.response_model, c.request_model) as model,
        s.status = 'error' as failed,
        s.duration_ns,
        coalesce(c.ttft_ms, s.first_chunk_ms) as first_chunk_ms,
        c.usage_status,
        case when coalesce(c.input_tokens, c.output_tokens) is not null
            then coalesce(c.input_tokens, 0) + coalesce(c.output_tokens, 0) end as tokens,
        is_refused(s.error_type, c.finish_reason) as refused,
        s.mark
    from spans_within s
    join requests q on q.trace_id = s.trace_id
    left join model_calls c on c.trace_id = s.trace_id and c.span_id = s.span_id
)
