-- One row: the newest request of a route, status and bucket, with the span by which it entered.
--   $from_ns   bigint     nanoseconds since 1970: requests that started since then
--   $bounds    double[]   upper bounds of the buckets in milliseconds, ascending, infinity the last
with newest as (
    select
        coalesce(a.route, '') as route, r.status,
        list_min(list_filter($bounds, lambda upper: r.duration_ns <= upper * 1e6)) as bound,
        arg_max(r.trace_id, r.ended_at) as trace_id,
        arg_max(r.duration_ns, r.ended_at) as duration_ns,
        max(r.ended_at) as ended_at
    from requests r
    left join attributions a on a.attribution_id = r.attribution_id
    where r.complete and r.started_at >= make_timestamp_ns($from_ns)
    group by all
)
select
    n.route, n.status, n.bound, trace_hex(n.trace_id) as trace_id,
    span_hex(arg_min(s.span_id, s.started_at)) as span_id, n.duration_ns, epoch_ns(n.ended_at) as ended_ns
from newest n
join spans s on s.trace_id = n.trace_id and s.entry and s.started_at >= make_timestamp_ns($from_ns)
group by all
