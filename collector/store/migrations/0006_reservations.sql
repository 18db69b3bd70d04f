-- Money that callers ask for before they spend it.

-- One row: one thing that happened to a reservation, with all that holds of it since; the row with the highest event_seq
-- is how it stands. Rows are only added.
--   event        held | settled | released | unseen (settled, and its cost had not come to the ledger in time).
--                That a hold has expired is no event: expires_at says it
--   amount_usd   what was reserved
--   actual_usd   settled: what the caller says it cost, null when only the trace is known; unseen: what had not come
--   tenant ... model   whom and what the money is for; null words were not given
create table reservation_events (
    event_seq bigint not null,
    recorded_at timestamp_ns not null,
    event varchar not null,
    reservation_id uuid not null,
    request_key varchar,
    created_at timestamp_ns not null,
    expires_at timestamp_ns not null,
    amount_usd decimal(38, 15) not null,
    actual_usd decimal(38, 15),
    trace_id uuid,
    tenant varchar,
    team varchar,
    feature varchar,
    route varchar,
    tier varchar,
    environment varchar,
    cost_center varchar,
    project varchar,
    provider varchar,
    model varchar
);

-- Whether spend with these attributions a and rate r counts for a scope b, a row of words where null is open. A model
-- is meant by whatever name it goes: found in the prices, asked for, reported, or priced.
create macro in_spend_scope(b, a, r) as
    (b.tenant is null or b.tenant = a.tenant)
    and (b.team is null or b.team = a.team)
    and (b.feature is null or b.feature = a.feature)
    and (b.route is null or b.route = a.route)
    and (b.tier is null or b.tier = a.tier)
    and (b.environment is null or b.environment = a.environment)
    and (b.cost_center is null or b.cost_center = a.cost_center)
    and (b.project is null or b.project = a.project)
    and (b.provider is null or b.provider in (r.provider, r.seller))
    and (b.model is null or b.model in (r.model, r.request_model, r.response_model, r.priced_model));
