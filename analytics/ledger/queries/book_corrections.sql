-- Books what the books of closed months lack about one day, unless another closing has taken over.
--   $token                 varchar   of the closing
--   $period_start          date      the month that takes it
--   $day                   date
--   $start_ns, $until_ns   bigint    the same day, half-open, unix nanoseconds
insert into booked_lines by name
select $period_start as period_start, c.*
from corrections([$day::date], make_timestamp_ns($start_ns), make_timestamp_ns($until_ns)) c
where $token in (select token from closing)
