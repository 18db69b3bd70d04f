-- The booked charges of a month that cost most, the dearest first, those without a price last. One row: one charge.
--   $period_start          date      the month
--   $cost_center, $team, $seller, $model, $entry, $status   varchar   null means any, '' those without one
--   $limit                 bigint    rows at most
select *
from booked_charges
where period_start = $period_start and
-- take dearest
