-- The ledger remembers what it was rated by: list and contracted price, the run, and what the line was for.
-- Everything derived is emptied and derived anew from the spans, which hold all of it.

-- The provider's project or workspace, by which its bills are split.
alter table attributions add column project varchar;

-- What a ledger line was rated by. provider ... region are as telemetry reported them; model is the reported name that
-- found the price, seller ... context_until the price's own terms (a stable SKU, whatever the figure is today).
--   status       priced | unpriced (reason says why, prices are null) | amortised (price_id names a resource whose cost
--                is split over its users, prices are null)
--   unit_price_usd        what is paid for one unit: the contracted price, the list price where there is no contract
--   list_unit_price_usd   the public price; null where no list knows it
drop table rates;
create table rates (
    rate_id ubigint primary key,
    provider varchar,
    request_model varchar,
    response_model varchar,
    model varchar,
    service_tier varchar,
    region varchar,
    usage_class varchar not null,
    price_id varchar,
    unit_price_usd decimal(19,15),
    list_price_id varchar,
    list_unit_price_usd decimal(19,15),
    seller varchar,
    priced_model varchar,
    priced_tier varchar,
    priced_region varchar,
    context_above bigint,
    context_until bigint,
    confidence varchar,
    status varchar not null,
    reason varchar
);

-- One row: one span x one usage class. Costs are quantity x the rate's unit prices, exactly; null when the rate has none.
--   purpose        what the usage was for (analytics/derive/purposes.py)
--   failed         the span ended in an error
--   prompt_tokens  all prompt tokens of the span, which decide its context band
--   run_id         the rate_runs row whose prices and rules it was rated by
drop table ledger_lines;
create table ledger_lines (
    trace_id uuid not null,
    span_id ubigint not null,
    started_at timestamp_ns not null,
    attribution_id ubigint not null,
    rate_id ubigint not null,
    run_id integer not null,
    purpose varchar not null,
    failed boolean not null,
    prompt_tokens bigint not null,
    quantity bigint not null,
    list_cost_usd decimal(38, 15),
    cost_usd decimal(38, 15)
);

-- Ledger lines by minute, owner, rate and purpose: signed deltas, readers sum.
drop table cost_minutes;
create table cost_minutes (
    minute_at timestamp not null,
    attribution_id ubigint not null,
    rate_id ubigint not null,
    purpose varchar not null,
    quantity hugeint not null,
    list_cost_usd decimal(38, 15) not null,
    cost_usd decimal(38, 15) not null,
    lines bigint not null
);

-- Which prices and attribution rules rate which spans. A span belongs to the applied run with the highest run_id whose
-- batches [from_seq, until_seq) and starts [start_at, until_at) hold it; null is an open end.
--   kind               live: a server started with other prices or rules; reprice: somebody asked for it
--   status             applied | proposed (a reprice that nobody has put in force)
--   as_of_at           reprice: the book as it was known then
--   rerated_until_at   reprice, applied: spans that started before this have been derived again
create table rate_runs (
    run_id integer not null,
    kind varchar not null,
    status varchar not null,
    edition_id uuid not null,
    rules_id uuid not null,
    recorded_at timestamp_ns not null,
    as_of_at timestamp_ns,
    from_seq bigint not null,
    until_seq bigint,
    start_at timestamp_ns,
    until_at timestamp_ns,
    rerated_until_at timestamp_ns,
    note varchar
);

-- Attribution rules as they were configured, by the hash of their canonical json.
create table rule_sets (
    rules_id uuid not null,
    recorded_at timestamp_ns not null,
    body varchar not null
);

delete from requests;
delete from request_minutes;
delete from latency_minutes;
delete from objective_minutes;
update progress set derived_seq = 0;
