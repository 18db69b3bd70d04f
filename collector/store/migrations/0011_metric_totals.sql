-- Totals for counters and histograms that scrapes read: few rows, however long the store lives, and whoever deletes old
-- minutes and spans one day takes nothing from them.

-- One row: what one derivation, or all that were folded together, added to a series; readers sum. added and taken_back
-- only grow: what is counted is the one less the other, and a counter told from either never falls.
--   family        what is counted (analytics/derive/counted.py)
--   tenant ... token_type   as far as the family has them; null is none of it, also where nobody was named
--   rate_id       of ledger lines, what they were rated by
--   bound         of a histogram, the bucket's upper bound (milliseconds or tokens), infinity for what is above them
--                 all; a bucket holds what is above the bound below it
--   amount_added, amount_taken_back   sums over what was counted: nanoseconds, tokens, quantities, USD
--   since_seq     the batch with which the series began: values of a label are known in this order
--   fold          rows are folded into one with the number of their fold; 0 is not folded yet
create table metric_totals (
    family varchar not null,
    tenant varchar,
    route varchar,
    status varchar,
    stage varchar,
    provider varchar,
    request_model varchar,
    model varchar,
    rate_id ubigint,
    purpose varchar,
    token_type varchar,
    bound double,
    added hugeint not null,
    taken_back hugeint not null,
    amount_added decimal(38, 15) not null,
    amount_taken_back decimal(38, 15) not null,
    since_seq bigint not null,
    fold bigint not null
);

-- Everything derived is emptied and derived anew, so that the totals hold all of it.
delete from figures;
delete from ledger_lines;
delete from cost_minutes;
delete from requests;
delete from request_minutes;
delete from latency_minutes;
delete from objective_minutes;
update progress set derived_seq = 0;
