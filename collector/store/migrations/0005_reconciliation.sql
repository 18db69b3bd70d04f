-- What providers billed, as they told it, and what was booked because their bill said otherwise.

-- One row: one import of a provider's bill, in one or more files.
--   import_id    hash of what the files hold: the same bill imported again is the same import
--   kind         openai_costs | anthropic_cost | focus | cur
--   start_on, until_on   the days the bill is about, UTC, half-open
--   lines        rows it has in bill_lines; left_out and left_out_usd: rows that are not about models, which it has not
--   repaired     amounts that were written with the noise of a binary fraction
create table bill_imports (
    import_id varchar not null,
    kind varchar not null,
    imported_at timestamp_ns not null,
    start_on date not null,
    until_on date not null,
    lines bigint not null,
    left_out bigint not null,
    left_out_usd decimal(38, 15) not null,
    repaired bigint not null
);

-- One row: one file of an import, by its name without folders, in the order it was given.
create table bill_files (
    import_id varchar not null,
    position integer not null,
    name varchar not null,
    sha256 varchar not null,
    bytes bigint not null
);

-- One row: one UTC day that a bill tells of for an issuer, also when nothing was charged. A day without a row is missing,
-- which is not zero.
create table bill_days (
    import_id varchar not null,
    issuer varchar not null,
    day date not null
);

-- One row: one line of a bill.
--   issuer       who wants the money, as the price book names sellers
--   project      project, workspace or account; null where the bill names none (the default workspace)
--   model, usage_class   null where the line cannot be told apart further; usage_type is what it said itself
--   kind         usage | credit | tax | other
--   quantity     units of the usage class; null where the bill tells none
--   file, place  name of the file, and where in it
create table bill_lines (
    import_id varchar not null,
    line bigint not null,
    issuer varchar not null,
    project varchar,
    day date not null,
    model varchar,
    usage_class varchar,
    usage_type varchar not null,
    kind varchar not null,
    amount_usd decimal(38, 15) not null,
    quantity decimal(38, 9),
    currency varchar not null,
    file varchar not null,
    place varchar not null
);

-- One row: one charge booked because a provider's bill said otherwise. The first columns are those of a charge
-- (analytics/ledger/charge.py), entry is 'adjustment'; period_start names the open period that takes it.
--   corrects_start      month of the usage where that is not the period's own
--   reason_code         the cause of the difference
--   reconciliation_id   hash of the bills and the ledger that were compared
create table adjustments (
    charge_id varchar not null,
    period_start date not null,
    starts_at timestamp not null,
    ends_at timestamp not null,
    entry varchar not null,
    corrects_start date,
    provider varchar,
    seller varchar,
    model varchar,
    usage_class varchar,
    service_tier varchar,
    region varchar,
    context_above bigint,
    context_until bigint,
    price_id varchar,
    unit_price_usd decimal(19, 15),
    list_unit_price_usd decimal(19, 15),
    confidence varchar,
    status varchar not null,
    reason varchar,
    tenant varchar,
    team varchar,
    feature varchar,
    route varchar,
    tier varchar,
    environment varchar,
    cost_center varchar,
    project varchar,
    purpose varchar,
    quantity decimal(38, 0),
    list_cost_usd decimal(38, 15),
    cost_usd decimal(38, 15),
    lines bigint not null,
    shared_cost varchar,
    method varchar,
    share varchar,
    description varchar,
    reason_code varchar,
    reconciliation_id varchar not null,
    booked_at timestamp_ns not null
);
