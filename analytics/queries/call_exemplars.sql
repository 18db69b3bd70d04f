-- One row: the newest call of a kind, provider, pair of models and bucket.
--   $from_ns   bigint     nanoseconds since 1970: calls that started since then
--   $bounds    double[]   upper bounds of the buckets in milliseconds, ascending, infinity the last
select
    s.kind as stage,
    coalesce(c.provider, '') as provider,
    coalesce(c.request_model, c.response_model, '') as request_model,
    coalesce(c.response_model, c.request_model, '') as model,
    list_min(list_filter($bounds, lambda upper: s.duration_ns <= upper * 1e6)) as bound,
    trace_hex(arg_max(s.trace_id, s.started_at)) as trace_id,
    span_hex(arg_max(s.span_id, s.started_at)) as span_id,
    arg_max(s.duration_ns, s.started_at) as duration_ns,
    arg_max(epoch_ns(s.started_at) + s.duration_ns, s.started_at) as ended_ns
from spans s
left join model_calls c
    on c.trace_id = s.trace_id and c.span_id = s.span_id and c.started_at >= make_timestamp_ns($from_ns)
where s.kind in ('model', 'embedding', 'rerank') and s.started_at >= make_timestamp_ns($from_ns)
group by all
