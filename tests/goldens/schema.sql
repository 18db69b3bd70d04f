create table attributions (
    attribution_id ubigint not null,
    tenant varchar,
    team varchar,
    feature varchar,
    route varchar,
    tier varchar,
    environment varchar,
    cost_center varchar
);

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

create table cost_minutes (
    minute_at timestamp not null,
    attribution_id ubigint not null,
    rate_id ubigint not null,
    quantity hugeint not null,
    cost_usd decimal(38,15) not null,
    lines bigint not null
);

create table journal (
    entry_seq bigint not null,
    noted_at timestamp_ns not null,
    kind varchar not null,
    body varchar not null,
    previous_sha256 varchar not null,
    sha256 varchar not null
);

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

create table ledger_lines (
    trace_id uuid not null,
    span_id ubigint not null,
    started_at timestamp_ns not null,
    attribution_id ubigint not null,
    rate_id ubigint not null,
    quantity bigint not null,
    cost_usd decimal(38,15)
);

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

create table migrations (
    number integer not null,
    name varchar not null
);

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
    reported_cost_usd decimal(38,15)
);

create table objective_minutes (
    objective_id ubigint not null,
    minute_at timestamp not null,
    total bigint not null,
    good bigint not null
);

create table objectives (
    objective_id ubigint not null,
    name varchar not null,
    sli varchar not null,
    tenant varchar,
    team varchar,
    feature varchar,
    route varchar,
    threshold_ms double,
    ceiling_usd decimal(38,15)
);

create table payloads (
    batch_seq bigint not null,
    received_at timestamp_ns not null,
    signal varchar not null,
    codec varchar not null,
    raw_bytes bigint not null,
    body blob not null
);

create table progress (
    derived_seq bigint not null
);

create table rates (
    rate_id ubigint not null,
    provider varchar,
    model varchar,
    service_tier varchar,
    usage_class varchar not null,
    price_id varchar,
    unit_price_usd decimal(19,15),
    status varchar not null,
    reason varchar
);

create table request_minutes (
    minute_at timestamp not null,
    attribution_id ubigint not null,
    degraded boolean not null,
    requests bigint not null,
    errors bigint not null,
    duration_ns hugeint not null,
    input_tokens hugeint not null,
    output_tokens hugeint not null,
    cost_usd decimal(38,15) not null,
    unpriced_requests bigint not null,
    missing_usage_requests bigint not null
);

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
    cost_usd decimal(38,15)
);

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

create macro bucket_ms(bucket) as (pow(2, ((bucket - 0.5) / 32)) / 1e3);
create macro instant(moment) as strftime(moment, '%Y-%m-%dT%H:%M:%S.%fZ');
create macro latency_bucket(ns) as CAST(greatest(0, ceil((32 * log2((greatest(ns, 1000) / 1e3))))) AS SMALLINT);
create macro milliseconds(ns) as (ns / 1e6);
create macro span_hex(id) as format('{:016x}', id);
create macro trace_hex(id) as "replace"(CAST(id AS VARCHAR), '-', '');
