-- How many spans started in a window. One row.
--   $start, $until timestamp   the window, start included
select count(*) as spans from spans where started_at >= $start and started_at < $until
