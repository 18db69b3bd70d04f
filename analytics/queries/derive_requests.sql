-- Requests as they are now. One row: one request, shaped like the table requests.
--   facts   table: one row per request, everything but its cost; unpaid_calls counts calls whose cost nobody can compute
--   rated   table(trace bigint, cost_usd decimal(38,15), amortised boolean): ledger lines by the number of their request;
--           an amortised line has no unit price and needs none
with costs as (
    select
        trace,
        sum(cost_usd) as cost_usd,
        count_if(cost_usd is not null or amortised) as priced_lines,
        count(*) as lines
    from rated
    group by trace
)
select
    f.* exclude (trace, unpaid_calls),
    case
        when c.lines is null and f.unpaid_calls = 0 then 'none'
        when coalesce(c.priced_lines, 0) = 0 then 'unpriced'
        when c.priced_lines < c.lines or f.unpaid_calls > 0 then 'partial'
        else 'priced'
    end as cost_status,
    c.cost_usd::decimal(38, 15) as cost_usd
from facts f
left join costs c on c.trace = f.trace
