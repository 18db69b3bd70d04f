-- Requests as they were, of traces that are derived again. One row: one request.
--   again                 table(trace_id uuid)
--   $from_ns, $until_ns   bigint   bounds of their starts, unix nanoseconds, both included
select r.*
from requests r
where r.trace_id in (select a.trace_id from again a)
    and r.started_at >= make_timestamp_ns($from_ns) and r.started_at <= make_timestamp_ns($until_ns)
