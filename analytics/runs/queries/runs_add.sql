-- Adds a run with the next free number.
--   fresh   table shaped like rate_runs: one row, whose run_id does not count
insert into rate_runs by name
select f.* replace ((select coalesce(max(r.run_id), 0) + 1 from rate_runs r) as run_id)
from fresh f
