-- The charges that cost most, the dearest first, those without a price last. One row: one charge as in charges.sql.
--   $period_start          date      the month
--   $booked                boolean   true: from lines booked in the month; false: from the ledger as it is now
--   $start_ns, $until_ns   bigint    lines that started in this window, half-open, unix nanoseconds
--   $cost_center, $team, $seller, $model, $entry, $status   varchar   null means any, '' those without one
--   $limit                 bigint    rows at most
--   given                  table shaped like booked_charges: charges that come from no line
--   corrected              table(entry varchar, corrects_start, day date, attribution_id, rate_id ubigint, purpose varchar,
--                          quantity decimal(38, 0), list_cost_usd, cost_usd decimal(38, 15), lines bigint): what the books of
--                          closed months lack
with
-- take charge_rows
select *
from everything
where
-- take dearest
