-- Charges, from lines and from elsewhere, in the order of their ids. One row: one charge. charge_id is the first half of the
-- sha256 of the key between tabs (analytics/ledger/identity.py has its twin): everything but amounts. Rates with the same
-- terms come to one charge; their texts are made once each, not once a charge.
--   $period_start          date      the month
--   $booked                boolean   true: from lines booked in the month; false: from the ledger as it is now
--   $start_ns, $until_ns   bigint    lines that started in this window, half-open, unix nanoseconds
--   $charge_id             varchar   null: all of them
--   given                  table shaped like booked_charges: charges that come from no line
--   corrected              table(entry varchar, corrects_start, day date, attribution_id, rate_id ubigint, purpose varchar,
--                          quantity decimal(38, 0), list_cost_usd, cost_usd decimal(38, 15), lines bigint): what the books of
--                          closed months lack
with
-- take charge_rows
select *
from everything
where $charge_id is null or charge_id = $charge_id
order by charge_id
