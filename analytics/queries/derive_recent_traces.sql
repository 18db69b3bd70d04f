-- The newest requests, for the memory of recent traces. One row: one request.
--   $rows   bigint   how many at most
select r.trace_id, r.started_at
from requests r
order by r.started_at desc
limit $rows
