-- Requests, spans and figures in one shape, so that one judgement fits all of them. One row: one of these.
--   requests_told   shaped like requests, with sign and mark
--   spans_told      shaped like span_events (span_events.sql), with sign and mark
--   figures_told    shaped like figures, with sign and mark
-- sign and mark go through: +1 and -1 for what is and what was, and which question a row answers.
observed as (
    -- if request
    select
        'request' as unit, ended_at as happened_at, attribution_id, sign, mark,
        status <> 'ok' as failed, duration_ns, first_chunk_ms, cost_usd, cost_status, call_count, usage_status,
        case when coalesce(input_tokens, output_tokens) is not null
            then coalesce(input_tokens, 0) + coalesce(output_tokens, 0) end as tokens,
        is_refused(error_type, finish_reason) as refused,
        null as stage, null as provider, null as model,
        null as measure, null::double as told, null as label, 1::decimal(18, 6) as weight
    from requests_told
    where complete
    -- end
    -- if first_union
    union all
    -- end
    -- if span
    select
        'span' as unit, ended_at as happened_at, attribution_id, sign, mark,
        failed, duration_ns, first_chunk_ms, null as cost_usd, null as cost_status, 1 as call_count, usage_status, tokens,
        refused,
        stage, provider, model,
        null as measure, null::double as told, null as label, 1::decimal(18, 6) as weight
    from spans_told
    -- end
    -- if second_union
    union all
    -- end
    -- if measure
    select
        'measure' as unit, told_at as happened_at, attribution_id, sign, mark,
        null::boolean as failed, null::bigint as duration_ns, null::double as first_chunk_ms, null as cost_usd,
        null as cost_status, null as call_count, null as usage_status, null::bigint as tokens,
        null::boolean as refused,
        stage, provider, model,
        measure, value as told, label, weight
    from figures_told
    -- end
)
