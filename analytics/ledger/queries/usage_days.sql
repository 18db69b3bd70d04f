-- UTC days of a month with usage. One row: one day.
--   $start_ns, $until_ns   bigint   the month, half-open, unix nanoseconds
select whole_us(started_at)::date as day, count(*) as lines
from ledger_lines
where started_at >= make_timestamp_ns($start_ns) and started_at < make_timestamp_ns($until_ns)
group by all
order by day
