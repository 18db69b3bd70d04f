-- Charges of a month as they were booked, summed. One row: one kind of entry x corrected month x seller x cost centre x team x
-- status, with how many charges there are. A cost is null when no charge of the row has one.
--   $period_start   date
select
    entry, corrects_start, seller, cost_center, team, status, sum(quantity)::decimal(38, 0) as quantity,
    sum(list_cost_usd) as list_cost_usd, sum(cost_usd) as cost_usd, sum(lines)::bigint as lines, count(*) as charges
from booked_charges
where period_start = $period_start
group by all
