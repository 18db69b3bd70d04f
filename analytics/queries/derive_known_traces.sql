-- Requests that stand for some of the wanted traces, with the extent of their spans. One row: one request.
--   wanted                table(trace_id uuid)
--   $from_ns, $until_ns   bigint   bounds of the requests' starts, unix nanoseconds, both included; null means open
select
    r.trace_id,
    epoch_ns(r.first_started_at) as first_ns,
    epoch_ns(r.last_started_at) as last_ns
from requests r
where r.trace_id in (select w.trace_id from wanted w)
    and ($from_ns is null or r.started_at >= make_timestamp_ns($from_ns))
    and ($until_ns is null or r.started_at <= make_timestamp_ns($until_ns))
