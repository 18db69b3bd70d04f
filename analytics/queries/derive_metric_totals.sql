-- Adds to metric_totals what one derivation changes. One row inserted: one series that moves.
--   counts   table(family, tenant, route, status, stage, provider, request_model, model varchar, rate_id ubigint,
--            purpose, token_type, measure, error_type, finish_reason varchar, bound double, counted bigint,
--            amount decimal(38, 15)): words as in metric_totals; what is below 0 is taken back
--   $until   bigint   last batch of the derivation
insert into metric_totals by name
select
    * exclude (counted, amount),
    greatest(counted, 0) as added,
    greatest(-counted, 0) as taken_back,
    greatest(amount, 0) as amount_added,
    greatest(-amount, 0) as amount_taken_back,
    $until as since_seq,
    0 as fold
from counts
