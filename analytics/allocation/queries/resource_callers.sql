-- What spans say of themselves that decides which resources they use. One row: one combination; absent is ''.
--   $start_ns, $until_ns   bigint    nanoseconds since 1970, half-open, by the start of the span
--   $trace_id              varchar   32 hex digits: only the spans of this request; null: all
with spans_of_window as (
    select trace_id, span_id, kind, service
    from spans
    where started_at >= make_timestamp_ns($start_ns) and started_at < make_timestamp_ns($until_ns)
        and ($trace_id is null or trace_id = $trace_id::uuid)
),

calls_of_window as (
    select trace_id, span_id, provider, request_model, response_model, region
    from model_calls
    where started_at >= make_timestamp_ns($start_ns) and started_at < make_timestamp_ns($until_ns)
        and ($trace_id is null or trace_id = $trace_id::uuid)
)

select distinct
    coalesce(c.provider, '') as provider,
    coalesce(c.request_model, '') as request_model,
    coalesce(c.response_model, '') as response_model,
    coalesce(c.region, '') as region,
    s.kind,
    coalesce(s.service, '') as service
from spans_of_window s
left join calls_of_window c on c.trace_id = s.trace_id and c.span_id = s.span_id
order by all
