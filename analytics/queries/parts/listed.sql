-- Requests of a page as lists show them.
listed as (
    select
        trace_hex(p.trace_id) as trace_id, epoch_ns(p.started_at) as started_at_ns, p.duration_ns, p.name, p.status,
        p.error_type, p.finish_reason, p.complete, p.degraded, p.user_id, p.service, p.span_count, p.call_count,
        p.usage_status,
        p.input_tokens, p.output_tokens, p.cache_read_tokens, p.cache_write_tokens, p.reasoning_tokens, p.cost_status,
        p.cost_usd, w.tenant, w.team, w.feature, w.route, w.tier, w.environment, w.cost_center,
        w.project
    from page p
    join wanted w on w.attribution_id = p.attribution_id
)
