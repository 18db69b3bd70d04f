-- Forgets what was kept of the figures judged in steps of one length.
--   $step_s   bigint   the length
delete from finding_streams where step_s = $step_s
