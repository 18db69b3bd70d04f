-- The first shape of the store. Instants are UTC (timestamp_ns without zone), ids are fixed-width integers (a trace id
-- is a uuid, a span id a ubigint: a third of the bytes of hex text and three times its join speed), money is decimal.
-- Keys ending in _id without further words are 64-bit content hashes of the row of the dimension they point to.

-- One row: one acknowledged OTLP request. batch_id is the hash of its canonical bytes; a row here means that the
-- request is committed, in the same transaction as its records. received = stored + duplicate + rejected.
create table batches (
    batch_seq bigint not null,
    batch_id uuid not null,
    signal varchar not null,
    received_at timestamp_ns not null,
    received bigint not null,
    stored bigint not null,
    duplicate bigint not null,
    rejected bigint not null
);

-- The request as it was sent, compressed; spans point here for the attributes that have no column. Kept apart so that
-- content can be dropped by day while spans, ledger and decisions stay.
create table payloads (
    batch_seq bigint not null,
    received_at timestamp_ns not null,
    signal varchar not null,
    codec varchar not null,
    raw_bytes bigint not null,
    body blob not null
);

-- Who a span is for. Absent words are null, never ''. Dimensions are small, so a key costs nothing and keeps a row
-- that two writers add at once from doubling every join.
create table attributions (
    attribution_id ubigint primary key,
    tenant varchar,
    team varchar,
    feature varchar,
    route varchar,
    tier varchar,
    environment varchar,
    cost_center varchar
);

-- One row: one span, stored once per (trace_id, span_id).
--   entry      no parent, or a parent in another process: the place a request enters
--   suspect    null, 'ends_before_start', 'in_the_future' or 'no_start': kept and said
create table spans (
    trace_id uuid not null,
    span_id ubigint not null,
    parent_span_id ubigint,
    batch_seq bigint not null,
    started_at timestamp_ns not null,
    duration_ns bigint not null,
    name varchar not null,
    kind varchar not null,
    status varchar not null,
    error_type varchar,
    entry boolean not null,
    suspect varchar,
    degraded boolean,
    attribution_id ubigint not null,
    user_id varchar,
    service varchar,
    scope varchar,
    dialect varchar
);

-- One row: one span that names a model, a provider response or billed usage. Token columns follow the GenAI
-- conventions (input includes cached, output includes reasoning); null means nobody reported it.
--   usage_status   reported | missing | zero_suspect | partial | estimated | none
--   convention     inclusive | exclusive: how the emitter counted cache, already undone here
--   other_usage    json object of billed quantities without a column (search_units, images ...), null when none
create table model_calls (
    trace_id uuid not null,
    span_id ubigint not null,
    batch_seq bigint not null,
    started_at timestamp_ns not null,
    provider varchar,
    request_model varchar,
    response_model varchar,
    response_id varchar,
    response_key ubigint,
    service_tier varchar,
    region varchar,
    usage_status varchar not null,
    convention varchar,
    input_tokens bigint,
    output_tokens bigint,
    cache_read_tokens bigint,
    cache_write_tokens bigint,
    cache_write_1h_tokens bigint,
    reasoning_tokens bigint,
    audio_input_tokens bigint,
    audio_output_tokens bigint,
    other_usage varchar,
    ttft_ms double,
    reported_cost_usd decimal(38, 15)
);

-- One row: one GenAI log event that is kept (evaluation results, operation details, operation exceptions).
create table log_events (
    batch_seq bigint not null,
    record_index integer not null,
    event_name varchar not null,
    occurred_at timestamp_ns not null,
    trace_id uuid,
    span_id ubigint,
    response_id varchar,
    evaluation_name varchar,
    score_value double,
    score_label varchar,
    explanation varchar,
    error_type varchar,
    attributes varchar not null
);

-- One row: one request, the root of a trace and everything under it, as far as it has arrived.
--   first_started_at, last_started_at   the extent of its spans, wherever broken clocks may have put them
--   complete       its entry span has arrived, or nothing more came for so long that the top-most span stands for it
--   usage_status   reported | partial | missing | estimated
--   cost_status    priced | partial | unpriced | none; cost_usd is null unless something was priced
create table requests (
    trace_id uuid not null,
    started_at timestamp_ns not null,
    ended_at timestamp_ns not null,
    first_started_at timestamp_ns not null,
    last_started_at timestamp_ns not null,
    duration_ns bigint not null,
    name varchar not null,
    status varchar not null,
    error_type varchar,
    complete boolean not null,
    degraded boolean not null,
    attribution_id ubigint not null,
    user_id varchar,
    service varchar,
    span_count integer not null,
    call_count integer not null,
    usage_status varchar not null,
    input_tokens bigint,
    output_tokens bigint,
    cache_read_tokens bigint,
    cache_write_tokens bigint,
    reasoning_tokens bigint,
    cost_status varchar not null,
    cost_usd decimal(38, 15)
);

-- What a ledger line was rated by. price_id is null and status says why where no price was found.
create table rates (
    rate_id ubigint primary key,
    provider varchar,
    model varchar,
    service_tier varchar,
    usage_class varchar not null,
    price_id varchar,
    unit_price_usd decimal(19, 15),
    status varchar not null,
    reason varchar
);

-- One row: one span x one usage class. cost_usd = quantity x the rate's unit price, exactly; null when unpriced.
create table ledger_lines (
    trace_id uuid not null,
    span_id ubigint not null,
    started_at timestamp_ns not null,
    attribution_id ubigint not null,
    rate_id ubigint not null,
    quantity bigint not null,
    cost_usd decimal(38, 15)
);

-- Roll-ups. One row: what one derivation added to (or, negative, took back from) a minute; readers sum. They change in
-- the same transaction as the rows they summarise, so a late span moves its request and never doubles it.
-- Requests count in the minute they ended in, ledger lines in the minute their span started in.
create table request_minutes (
    minute_at timestamp not null,
    attribution_id ubigint not null,
    degraded boolean not null,
    requests bigint not null,
    errors bigint not null,
    duration_ns hugeint not null,
    input_tokens hugeint not null,
    output_tokens hugeint not null,
    cost_usd decimal(38, 15) not null,
    unpriced_requests bigint not null,
    missing_usage_requests bigint not null
);

-- bucket: ceil(32 x log2(duration in microseconds)), so a value read back is at most 1.1 % off; stage 'request' is the
-- whole request, any other stage a span kind.
create table latency_minutes (
    minute_at timestamp not null,
    attribution_id ubigint not null,
    stage varchar not null,
    provider varchar,
    model varchar,
    bucket smallint not null,
    observations bigint not null,
    errors bigint not null
);

-- Ledger lines by minute, owner and rate.
create table cost_minutes (
    minute_at timestamp not null,
    attribution_id ubigint not null,
    rate_id ubigint not null,
    quantity hugeint not null,
    cost_usd decimal(38, 15) not null,
    lines bigint not null
);

-- The objectives the counts below were made for; objective_id is the hash of the definition, so a changed threshold
-- is another objective and counts afresh.
create table objectives (
    objective_id ubigint not null,
    name varchar not null,
    sli varchar not null,
    tenant varchar,
    team varchar,
    feature varchar,
    route varchar,
    threshold_ms double,
    ceiling_usd decimal(38, 15)
);

-- Requests an objective judged, by minute. One row: what one derivation changed; readers sum.
create table objective_minutes (
    objective_id ubigint not null,
    minute_at timestamp not null,
    total bigint not null,
    good bigint not null
);

-- How far derivation has come: every batch up to derived_seq is in requests, ledger and roll-ups.
create table progress (
    derived_seq bigint not null
);
insert into progress values (0);

-- Append-only; sha256 covers the row and the hash before it.
create table journal (
    entry_seq bigint not null,
    noted_at timestamp_ns not null,
    kind varchar not null,
    body varchar not null,
    previous_sha256 varchar not null,
    sha256 varchar not null
);

create macro trace_hex(id) as replace(id::varchar, '-', '');
create macro span_hex(id) as format('{:016x}', id);
create macro instant(moment) as strftime(moment, '%Y-%m-%dT%H:%M:%S.%fZ');
create macro milliseconds(ns) as ns / 1e6;
create macro latency_bucket(ns) as greatest(0, ceil(32 * log2(greatest(ns, 1000) / 1e3)))::smallint;
create macro bucket_ms(bucket) as pow(2, (bucket - 0.5) / 32) / 1e3;
