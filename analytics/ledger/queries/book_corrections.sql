-- Books what the books of closed months lack about one day, unless another closing has taken over.
--   $token                 varchar   of the closing
--   $period_start          date      the month that takes it
--   $start_ns, $until_ns   bigint    the day, half-open, unix nanoseconds
insert into booked_lines by name
select $period_start as period_start, c.*
from corrections(make_timestamp_ns($start_ns), make_timestamp_ns($until_ns)) c
where $token in (select token from closing)
