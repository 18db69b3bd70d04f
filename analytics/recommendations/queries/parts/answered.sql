-- Complete requests that ended in a window, each with its class of traffic and the model that wrote most of its answer.
--   $start_ns, $until_ns      bigint    ends of requests, nanoseconds since 1970, half-open
--   $small_below, $large_from bigint    input tokens
--   $route, $feature, $tenant varchar   null means every one, '' those without one
spoke as (
    select
        l.trace_id, arg_max(r.model, case when r.usage_class = 'output' then l.quantity else 0 end) as model
    from ledger_lines l
    join rates r on r.rate_id = l.rate_id
    where l.started_at >= make_timestamp_ns($start_ns - 3600000000000) and l.started_at < make_timestamp_ns($until_ns)
        and l.purpose in ('answer', 'retry', 'fallback', 'failed_attempt') and r.model is not null
    group by l.trace_id
),
answered as (
    select
        q.trace_id, q.ended_at, q.status, q.duration_ns, q.cost_usd, q.cost_status, q.input_tokens, a.route, a.feature, k.model,
        coalesce(q.user_id, trace_hex(q.trace_id)) as unit,
        case
            when q.input_tokens < $small_below then 'small'
            when q.input_tokens >= $large_from then 'large'
            when q.input_tokens is not null then 'medium'
        end as size
    from requests q
    join spoke k on k.trace_id = q.trace_id
    left join attributions a on a.attribution_id = q.attribution_id
    where q.complete and q.ended_at >= make_timestamp_ns($start_ns) and q.ended_at < make_timestamp_ns($until_ns)
        and ($route is null or coalesce(a.route, '') = $route)
        and ($feature is null or coalesce(a.feature, '') = $feature)
        and ($tenant is null or coalesce(a.tenant, '') = $tenant)
)
