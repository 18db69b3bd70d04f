-- Charges of a day whose amounts are not those of the lines behind them. One row: one charge; `booked` or `expected` is null
-- where there is no such charge.
--   $period_start   date
--   $day            date
--   $most           bigint   rows at most
--   remade          table shaped like booked_charges: charges made again from the booked lines of the day
with booked as (
    select *
    from booked_charges
    where period_start = $period_start and starts_at = $day::timestamp
        and entry in ('usage', 'reversal', 'restatement')
)

select
    coalesce(b.charge_id, r.charge_id) as charge_id,
    format('{} units in {} lines at {}, list {}', b.quantity, b.lines, b.cost_usd, b.list_cost_usd) as booked,
    format('{} units in {} lines at {}, list {}', r.quantity, r.lines, r.cost_usd, r.list_cost_usd) as expected
from booked b
full join remade r on r.charge_id = b.charge_id
where b.charge_id is null or r.charge_id is null or b.quantity is distinct from r.quantity
    or b.cost_usd is distinct from r.cost_usd or b.list_cost_usd is distinct from r.list_cost_usd
    or b.lines <> r.lines
order by charge_id
limit $most
