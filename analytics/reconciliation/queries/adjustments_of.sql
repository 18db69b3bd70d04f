-- One row: one adjustment of a reconciliation, and the month it was meant for.
--   $reconciliation_id   varchar
select charge_id, period_start, cost_usd from adjustments where reconciliation_id = $reconciliation_id order by charge_id
