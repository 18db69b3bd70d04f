-- The UTC days on which spans of a request started. One row: the midnight of one day, in nanoseconds since 1970.
--   $trace_id   varchar   32 hex digits
select distinct epoch_ns(date_trunc('day', whole_us(started_at))) as day_ns
from spans
where trace_id = $trace_id::uuid
order by day_ns
