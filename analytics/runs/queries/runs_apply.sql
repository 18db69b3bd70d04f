-- Puts a proposed run in force.
--   $run_id   integer
update rate_runs set status = 'applied' where run_id = $run_id and status = 'proposed'
