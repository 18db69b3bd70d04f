-- Adjustments that no closed month has booked, up to a month. One row: one charge; an adjustment that was meant for a month
-- that closed without it is booked in this one.
--   $period_start   date
select a.* exclude (reconciliation_id, booked_at) replace ($period_start as period_start)
from adjustments a
where a.period_start <= $period_start
    and a.charge_id not in (
        select b.charge_id from booked_charges b where b.period_start in (select p.period_start from periods p)
    )
order by a.charge_id
