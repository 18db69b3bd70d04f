-- Months with usage in the ledger. One row: one month, by its first day.
select date_trunc('month', whole_us(started_at))::date as period_start, count(*) as lines
from ledger_lines
group by all
order by period_start
