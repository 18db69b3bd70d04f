-- Requests of traces that the memory of recent traces cannot vouch for. One row: one stored request.
--   wanted   table(trace_id uuid)
select r.trace_id, r.started_at
from requests r
where r.trace_id in (select w.trace_id from wanted w)
