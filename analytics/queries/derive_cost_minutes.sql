-- Adds to cost_minutes what changes in the ledger. One row inserted: one minute x attribution x rate x purpose
-- that moves.
--   rated       table shaped like ledger_lines: lines as they are now
--   old_lines   table shaped like ledger_lines: the same traces' lines as they were
insert into cost_minutes by name
with moved as (
    select
        started_at, attribution_id, rate_id, purpose, quantity::hugeint as quantity, list_cost_usd, cost_usd, 1 as sign
    from rated
    union all
    select started_at, attribution_id, rate_id, purpose, -quantity::hugeint, -list_cost_usd, -cost_usd, -1
    from old_lines
)
select
    date_trunc('minute', whole_us(started_at)) as minute_at,
    attribution_id,
    rate_id,
    purpose,
    sum(quantity) as quantity,
    coalesce(sum(list_cost_usd), 0)::decimal(38, 15) as list_cost_usd,
    coalesce(sum(cost_usd), 0)::decimal(38, 15) as cost_usd,
    sum(sign) as lines
from moved
group by all
having sum(quantity) <> 0 or sum(sign) <> 0
