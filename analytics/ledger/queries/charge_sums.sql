-- Charges from lines, summed without being named. One row: one kind of entry x corrected month x seller x cost centre x team x
-- status, with how many charges there are. A cost is null when no charge of the row has one.
--   $period_start          date      the month
--   $booked                boolean   true: from lines booked in the month; false: from the ledger as it is now
--   $start_ns, $until_ns   bigint    lines that started in this window, half-open, unix nanoseconds
--   corrected              table(entry varchar, corrects_start, day date, attribution_id, rate_id ubigint, purpose varchar,
--                          quantity decimal(38, 0), list_cost_usd, cost_usd decimal(38, 15), lines bigint): what the books of
--                          closed months lack
with
-- take charged
select
    c.entry, c.corrects_start, t.seller, w.cost_center, w.team, t.status, sum(c.quantity)::decimal(38, 0) as quantity,
    sum(c.list_cost_usd) as list_cost_usd, sum(c.cost_usd) as cost_usd, sum(c.lines)::bigint as lines,
    count(*) as charges
from charged c
join terms t on t.rate_id = c.terms_id
join words w on w.attribution_id = c.words_id
group by all
