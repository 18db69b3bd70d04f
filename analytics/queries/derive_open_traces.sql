-- Requests whose entry span has not come. One row: one request.
select r.trace_id, r.started_at
from requests r
where not r.complete
