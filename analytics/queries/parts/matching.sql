-- Requests of a window that the filters let through; `wanted` are the owners whose requests these are.
wanted as (
    select * from attributions
    where
-- take owned
),

matching as (
    select *
    from requests
    where started_at >= make_timestamp_ns($start_ns)
        and started_at < make_timestamp_ns($until_ns)
        and ($trace_id is null or trace_id between $trace_id::uuid and $trace_until::uuid)
        and ($among is null or list_contains($among::uuid[], trace_id))
        and attribution_id in (select attribution_id from wanted)
        and ($status is null or status = $status)
        and ($cost_status is null or cost_status = $cost_status)
        and ($degraded is null or degraded = $degraded)
        and ($refused is null or is_refused(error_type, finish_reason) = $refused)
        and ($user_id is null or coalesce(user_id, '') = $user_id)
        and ($error_type is null or coalesce(error_type, '') = $error_type)
        and ($finish_reason is null or coalesce(finish_reason, '') = $finish_reason)
        and ($min_cost_usd is null or cost_usd >= $min_cost_usd)
        and ($min_duration_ns is null or duration_ns >= $min_duration_ns)
)
