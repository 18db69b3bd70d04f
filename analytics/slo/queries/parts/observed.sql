-- Requests, spans and figures in one shape, so that one judgement fits all of them. One row: one of these.
--   requests_told   shaped like requests, with sign and mark
--   spans_told      shaped like span_events (span_events.sql), with sign and mark
--   figures_told    shaped like figures, with sign and mark
-- sign and mark go through: +1 and -1 for what is and what was, and which question a row answers.
observed as (
    select
        'request' as unit, ended_at as happened_at, attribution_id, null as stage, null as provider, null as model,
        status <> 'ok' as failed, duration_ns, first_chunk_ms, cost_usd, cost_status, call_count, usage_status,
        case when coalesce(input_tokens, output_tokens) is not null
            then coalesce(input_tokens, 0) + coalesce(output_tokens, 0) end as tokens,
        null as measure, null::double as told, null as label, 1::decimal(18, 6) as weight, sign, mark
    from requests_told
    where complete
    union all
    select
        'span', ended_at, attribution_id, stage, provider, model,
        failed, duration_ns, first_chunk_ms, null, null, 1, usage_status, tokens,
        null, null, null, 1, sign, mark
    from spans_told
    union all
    select
        'measure', told_at, attribution_id, stage, provider, model,
        null, null, null, null, null, null, null, null,
        measure, value, label, weight, sign, mark
    from figures_told
)
