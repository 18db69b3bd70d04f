-- Requests whose entry span has not come. One row: one request.
select r.trace_id
from requests r
where not r.complete
