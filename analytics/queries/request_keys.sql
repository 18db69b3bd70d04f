-- One row: the trace of one request that started in the window, of which one call names a model or a provider; the
-- largest first by (the column asked for, trace_id). Only keys are read: whole requests take three times as long to find
-- by their calls, and where nothing is asked of calls nothing is to be read of them.
--   $start_ns, $until_ns   bigint      nanoseconds since 1970, start included, until excluded
--   $trace_id, $trace_until   varchar   32 hex digits each: the first and the last trace wanted; null means any
--   $among                 varchar[]   ids of traces, one of which it has; null means any
--   $tenant, $team, $feature, $route, $tier, $environment, $cost_center, $project   varchar   null means every one, ''
--                                      means those without one
--   $user_id, $error_type, $finish_reason   varchar   the same
--   $status, $cost_status  varchar     null means any
--   $degraded, $refused    boolean     null means any
--   $min_cost_usd          decimal     requests without a cost are left out; null means any
--   $min_duration_ns       bigint      null means any
--   $by                    varchar     'started_at_ns', 'duration_ns' or 'cost_usd', by which those without are left out
--   $model, $provider      varchar     one call names this model, in request or response, and this provider; null means
--                                      any. Calls are looked up from an hour before $start_ns: clocks differ.
--   $after                 decimal     go on below this key; null on the first page
--   $after_trace           varchar     32 hex digits, with $after
--   $limit                 bigint
with
-- take matching
keys as (
    select
        trace_id,
        case $by
            when 'started_at_ns' then epoch_ns(started_at)::decimal(38, 15)
            when 'cost_usd' then cost_usd
            when 'duration_ns' then duration_ns::decimal(38, 15)
        end as key
    from matching
    where trace_id in (
        select trace_id from model_calls
        where ($model is null or coalesce(response_model, request_model, '') = $model or request_model = $model)
            and ($provider is null or coalesce(provider, '') = $provider)
            and started_at >= make_timestamp_ns($start_ns) - interval 1 hour
    )
)

select trace_hex(trace_id) as trace_id
from keys
where key is not null
    and ($after is null or key < $after::decimal(38, 15)
        or (key = $after::decimal(38, 15) and trace_id < $after_trace::uuid))
order by key desc, trace_id desc
limit $limit
