-- UTC days of the lines booked in a month. One row: one day.
--   $period_start   date
select whole_us(started_at)::date as day, count(*) as lines
from booked_lines
where period_start = $period_start
group by all
order by day
