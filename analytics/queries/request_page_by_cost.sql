-- One row: one request with a cost that started in the window, dearest first by (cost_usd, trace_id).
--   $start_ns, $until_ns   bigint      nanoseconds since 1970, start included, until excluded
--   $trace_id, $trace_until   varchar   32 hex digits each: the first and the last trace wanted; null means any
--   $after                 decimal     US dollars: go on below this key; null on the first page
--   $after_trace           varchar     32 hex digits, with $after
--   $tenant, $team, $feature, $route, $tier, $environment   varchar   null means every one, '' means those without one
--   $user_id, $error_type  varchar     the same
--   $model                 varchar     a call names this model in request or response; null means any.
--                                      Calls are looked up from an hour before $start_ns: clocks differ.
--   $status, $cost_status  varchar     null means any
--   $degraded              boolean     null means any
--   $min_cost_usd          decimal     requests without a cost are left out; null means any
--   $min_duration_ns       bigint      null means any
--   $limit                 bigint
with wanted as (
    select * from attributions
    where ($tenant is null or coalesce(tenant, '') = $tenant)
        and ($team is null or coalesce(team, '') = $team)
        and ($feature is null or coalesce(feature, '') = $feature)
        and ($route is null or coalesce(route, '') = $route)
        and ($tier is null or coalesce(tier, '') = $tier)
        and ($environment is null or coalesce(environment, '') = $environment)
),

page as (
    select *
    from requests
    where started_at >= make_timestamp_ns($start_ns)
        and started_at < make_timestamp_ns($until_ns)
        and ($trace_id is null or trace_id between $trace_id::uuid and $trace_until::uuid)
        and cost_usd is not null
        and ($after is null
            or cost_usd < $after
            or (cost_usd = $after and trace_id < $after_trace::uuid))
        and attribution_id in (select attribution_id from wanted)
        and ($status is null or status = $status)
        and ($cost_status is null or cost_status = $cost_status)
        and ($degraded is null or degraded = $degraded)
        and ($user_id is null or coalesce(user_id, '') = $user_id)
        and ($error_type is null or coalesce(error_type, '') = $error_type)
        and ($min_cost_usd is null or cost_usd >= $min_cost_usd)
        and ($min_duration_ns is null or duration_ns >= $min_duration_ns)
        and ($model is null or trace_id in (
            select trace_id from model_calls
            where (coalesce(response_model, request_model, '') = $model or request_model = $model)
                and started_at >= make_timestamp_ns($start_ns) - interval 1 hour
        ))
    order by cost_usd desc, trace_id desc
    limit $limit
)

select
    trace_hex(p.trace_id) as trace_id, epoch_ns(p.started_at) as started_at_ns, p.duration_ns, p.name, p.status,
    p.error_type, p.complete, p.degraded, p.user_id, p.service, p.span_count, p.call_count, p.usage_status,
    p.input_tokens, p.output_tokens, p.cache_read_tokens, p.cache_write_tokens, p.reasoning_tokens, p.cost_status,
    p.cost_usd, w.tenant, w.team, w.feature, w.route, w.tier, w.environment, w.cost_center,
    w.project
from page p
join wanted w on w.attribution_id = p.attribution_id
order by p.cost_usd desc, p.trace_id desc
