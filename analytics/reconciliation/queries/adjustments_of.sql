-- One row: the id of one adjustment of a reconciliation.
--   $reconciliation_id   varchar
select charge_id from adjustments where reconciliation_id = $reconciliation_id order by charge_id
