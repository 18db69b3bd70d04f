-- One row: one span that may be looked for, newest first by (started_at, trace_id, span_id).
--   $start_ns, $until_ns        bigint    when it started, unix nanoseconds, start included, until excluded
--   $service, $operation        varchar   null means any
--   $min_ns, $max_ns            bigint    duration, both included; null means open
--   $status                     varchar   ok | error; null means any
--   $not_status                 varchar   any but this; null means any
--   $after_ns, $after_trace, $after_span      bigint, varchar, varchar   go on below this key; null on the first page
--   $limit                      bigint
with page as (
    select s.trace_id, s.span_id, s.batch_seq, s.started_at, s.duration_ns, s.name
    from spans s
    where s.started_at >= make_timestamp_ns($start_ns)
        and s.started_at < make_timestamp_ns($until_ns)
        and ($after_ns is null
            or s.started_at < make_timestamp_ns($after_ns)
            or (s.started_at = make_timestamp_ns($after_ns)
                and (s.trace_id, s.span_id) < ($after_trace::uuid, ('0x' || $after_span)::ubigint)))
        and ($service is null or coalesce(s.service, 'unknown_service') = $service)
        and ($operation is null or s.name = $operation)
        and ($min_ns is null or s.duration_ns >= $min_ns)
        and ($max_ns is null or s.duration_ns <= $max_ns)
        and ($status is null or s.status = $status)
        and ($not_status is null or s.status <> $not_status)
    order by s.started_at desc, s.trace_id desc, s.span_id desc
    limit $limit
)

select
    trace_hex(p.trace_id) as trace_id, span_hex(p.span_id) as span_id, p.batch_seq,
    epoch_ns(p.started_at) as started_at_ns, p.duration_ns, p.name
from page p
order by p.started_at desc, p.trace_id desc, p.span_id desc
