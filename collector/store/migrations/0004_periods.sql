-- The books: what was booked in closed months. Nothing here changes once its month is signed off in `periods`.

-- One row: one closed billing month (UTC); its presence is what closes the month, so rows of the books whose month is
-- not here belong to a closing that came to nothing.
--   manifest   canonical json: what was booked, by what, and the sha256 of the month closed before
--   sha256     of the manifest's bytes
create table periods (
    period_start date primary key,
    closed_at timestamp_ns not null,
    closed_by varchar not null,
    note varchar,
    manifest varchar not null,
    sha256 varchar not null
);

-- The closing under way, at most one row. Each of its steps asks whether the token is still its own.
create table closing (
    token varchar not null,
    period_start date not null
);

-- One row: one ledger line as it was booked in a month.
--   entry            usage | reversal (quantity and costs negative) | restatement
--   corrects_start   first day of the closed month a reversal or restatement is about; null for usage
create table booked_lines (
    period_start date not null,
    entry varchar not null,
    corrects_start date,
    trace_id uuid not null,
    span_id ubigint not null,
    started_at timestamp_ns not null,
    attribution_id ubigint not null,
    rate_id ubigint not null,
    run_id integer not null,
    purpose varchar not null,
    failed boolean not null,
    quantity bigint not null,
    list_cost_usd decimal(38, 15),
    cost_usd decimal(38, 15)
);

-- One row: one charge of a closed month; the columns of a charge (analytics/ledger/charge.py).
create table booked_charges (
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
    reason_code varchar
);

-- A value as PostgreSQL's COPY writes it in its text format; lines of such values between tabs are what digests cover.
-- value_text is for numbers and instants, which have nothing to escape and come by the million.
create macro field_text(x) as
    coalesce(replace(replace(replace(x, '\', '\\'), chr(9), '\t'), chr(10), '\n'), '\N');
create macro value_text(x) as coalesce(x::varchar, '\N');

-- The terms of a rate as a charge shows them.
create macro charge_terms() as table
    select
        rate_id, provider, seller, coalesce(priced_model, model, response_model, request_model) as model, usage_class,
        priced_tier as service_tier, priced_region as region, context_above, context_until, price_id, unit_price_usd,
        list_unit_price_usd, confidence, status, reason
    from rates;

-- Booked lines of closed months, each as the ledger line it was about: amounts positive, booked -1 for one that was
-- taken back. Lines that started in [since, until).
create macro books_net(since, until) as table
    select
        trace_id, span_id, started_at, attribution_id, rate_id, run_id, purpose, failed,
        case entry when 'reversal' then -quantity else quantity end as quantity,
        case entry when 'reversal' then -list_cost_usd else list_cost_usd end as list_cost_usd,
        case entry when 'reversal' then -cost_usd else cost_usd end as cost_usd,
        case entry when 'reversal' then -1 else 1 end as booked
    from booked_lines
    where period_start in (select period_start from periods) and started_at >= since and started_at < until;

-- What has to be booked so that the books say what the ledger says of lines that started in [since, until), line by line.
-- Under which run a line was rated is no difference: a run that finds the same price books nothing.
create macro corrections(since, until) as table
    with sided as (
        select trace_id, span_id, started_at, attribution_id, rate_id, run_id, purpose, failed, quantity, list_cost_usd,
            cost_usd, 1 as side
        from ledger_lines
        where started_at >= since and started_at < until
        union all
        select trace_id, span_id, started_at, attribution_id, rate_id, run_id, purpose, failed, quantity, list_cost_usd,
            cost_usd, -booked
        from books_net(since, until)
    ),
    netted as (
        select trace_id, span_id, started_at, attribution_id, rate_id, max(run_id) as run_id, purpose, failed, quantity,
            list_cost_usd, cost_usd, sum(side) as side
        from sided
        group by all
        having sum(side) <> 0
    )
    select
        case when side > 0 then 'restatement' else 'reversal' end as entry,
        date_trunc('month', started_at)::date as corrects_start,
        trace_id, span_id, started_at, attribution_id, rate_id, run_id, purpose, failed,
        case when side > 0 then quantity else -quantity end as quantity,
        case when side > 0 then list_cost_usd else -list_cost_usd end as list_cost_usd,
        case when side > 0 then cost_usd else -cost_usd end as cost_usd
    from netted, unnest(range(abs(side)::bigint));
