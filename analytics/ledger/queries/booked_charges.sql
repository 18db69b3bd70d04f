-- Charges of a month as they were booked. One row: one charge.
--   $period_start   date
--   $charge_id      varchar   null: all of them
select *
from booked_charges
where period_start = $period_start and ($charge_id is null or charge_id = $charge_id)
order by charge_id
