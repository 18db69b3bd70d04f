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
    unit_price_usd decimal(19,15),
    list_unit_price_usd decimal(19,15),
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
    quantity decimal(38,0),
    list_cost_usd decimal(38,15),
    cost_usd decimal(38,15),
    lines bigint not null,
    shared_cost varchar,
    method varchar,
    share varchar,
    description varchar,
    reason_code varchar,
    reconciliation_id varchar not null,
    booked_at timestamp_ns not null
);

create table attributions (
    attribution_id ubigint not null,
    tenant varchar,
    team varchar,
    feature varchar,
    route varchar,
    tier varchar,
    environment varchar,
    cost_center varchar,
    project varchar
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

create table bill_days (
    import_id varchar not null,
    issuer varchar not null,
    day date not null
);

create table bill_files (
    import_id varchar not null,
    position integer not null,
    name varchar not null,
    sha256 varchar not null,
    bytes bigint not null
);

create table bill_imports (
    import_id varchar not null,
    kind varchar not null,
    imported_at timestamp_ns not null,
    start_on date not null,
    until_on date not null,
    lines bigint not null,
    left_out bigint not null,
    left_out_usd decimal(38,15) not null,
    repaired bigint not null
);

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
    amount_usd decimal(38,15) not null,
    quantity decimal(38,9),
    currency varchar not null,
    file varchar not null,
    place varchar not null
);

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
    unit_price_usd decimal(19,15),
    list_unit_price_usd decimal(19,15),
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
    quantity decimal(38,0),
    list_cost_usd decimal(38,15),
    cost_usd decimal(38,15),
    lines bigint not null,
    shared_cost varchar,
    method varchar,
    share varchar,
    description varchar,
    reason_code varchar
);

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
    list_cost_usd decimal(38,15),
    cost_usd decimal(38,15)
);

create table changes (
    change_id uuid not null,
    content_sha256 varchar not null,
    recorded_at timestamp_ns not null,
    changed_at timestamp_ns not null,
    kind varchar not null,
    name varchar not null,
    from_version varchar,
    to_version varchar,
    tenant varchar,
    team varchar,
    feature varchar,
    route varchar,
    environment varchar,
    made_by varchar,
    url varchar,
    note varchar
);

create table closing (
    token varchar not null,
    period_start date not null
);

create table cost_minutes (
    minute_at timestamp not null,
    attribution_id ubigint not null,
    rate_id ubigint not null,
    purpose varchar not null,
    quantity hugeint not null,
    list_cost_usd decimal(38,15) not null,
    cost_usd decimal(38,15) not null,
    lines bigint not null
);

create table downgrade_effects (
    effect_id varchar not null,
    month varchar not null,
    tenant varchar,
    route varchar,
    start_at timestamp_ns not null,
    until_at timestamp_ns,
    judged_at timestamp_ns not null,
    settled boolean not null,
    effect varchar not null
);

create table figures (
    batch_seq bigint not null,
    record_index integer,
    trace_id uuid,
    span_id ubigint,
    told_at timestamp_ns not null,
    measure varchar not null,
    value double,
    label varchar,
    weight decimal(18,6) not null,
    attribution_id ubigint not null,
    stage varchar,
    provider varchar,
    model varchar
);

create table finding_streams (
    step_s integer not null,
    measure varchar not null,
    dimension varchar not null,
    value varchar not null,
    settled_at timestamp not null,
    edition varchar not null,
    state varchar not null
);

create table findings (
    finding_id uuid not null,
    group_id uuid not null,
    measure varchar not null,
    dimension varchar not null,
    value varchar not null,
    step_s integer not null,
    start_at timestamp not null,
    alarmed_at timestamp not null,
    until_at timestamp,
    ended_as varchar,
    expected double not null,
    observed double not null,
    p_value double not null,
    explanation varchar not null,
    kind varchar
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
    errors bigint not null,
    refusals bigint
);

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
    list_cost_usd decimal(38,15),
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
    attributes varchar not null,
    weight decimal(18,6),
    response_key ubigint
);

create table measures (
    trace_id uuid not null,
    span_id ubigint not null,
    batch_seq bigint not null,
    measured_at timestamp_ns not null,
    measure varchar not null,
    value double,
    stage varchar not null,
    provider varchar,
    model varchar,
    weight decimal(18,6) not null
);

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
    amount_added decimal(38,15) not null,
    amount_taken_back decimal(38,15) not null,
    since_seq bigint not null,
    fold bigint not null,
    measure varchar,
    error_type varchar,
    finish_reason varchar
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
    reported_cost_usd decimal(38,15),
    system_fingerprint varchar,
    finish_reasons varchar,
    finish_reason varchar
);

create table objective_approvals (
    approval_seq bigint not null,
    name varchar not null,
    sha256 varchar not null,
    approved_by varchar not null,
    approved_at timestamp_ns not null,
    note varchar,
    revoked boolean not null
);

create table objective_ceilings (
    objective_id ubigint not null,
    from_at timestamp not null,
    ceiling_usd decimal(38,15),
    ceiling_tokens bigint,
    median double,
    requests bigint not null
);

create table objective_groups (
    objective_id ubigint not null,
    group_id integer not null,
    tenant varchar,
    team varchar,
    feature varchar,
    route varchar,
    environment varchar,
    stage varchar,
    provider varchar,
    model varchar
);

create table objective_minutes (
    objective_id ubigint not null,
    group_id integer not null,
    minute_at timestamp not null,
    total decimal(18,6) not null,
    good decimal(18,6) not null,
    events bigint not null,
    weight_square_sum decimal(38,12) not null
);

create table objective_versions (
    name varchar not null,
    version integer not null,
    recorded_at timestamp_ns not null,
    sha256 varchar,
    owner varchar,
    body varchar
);

create table objectives (
    objective_id ubigint not null,
    name varchar not null,
    sli varchar not null,
    unit varchar not null,
    tenant varchar,
    team varchar,
    feature varchar,
    route varchar,
    environment varchar,
    stage varchar,
    provider varchar,
    model varchar,
    per varchar[] not null,
    threshold_ms double,
    ceiling_usd decimal(38,15),
    ceiling_tokens bigint,
    relative boolean not null,
    measure varchar,
    at_least double,
    at_most double,
    labels varchar[] not null,
    budgeting varchar not null,
    slice_minutes bigint,
    slice_target double
);

create table outbox (
    position bigint not null,
    message_id varchar not null,
    subscription varchar not null,
    event varchar not null,
    epoch bigint not null,
    seq bigint not null,
    tenant varchar,
    route varchar,
    model varchar,
    fingerprint varchar not null,
    queued_at timestamp_ns not null,
    body varchar not null
);

create table outbox_tries (
    position bigint not null,
    tried_at timestamp_ns not null,
    tries integer not null,
    outcome varchar not null,
    status smallint,
    reason varchar,
    detail varchar,
    next_at timestamp_ns
);

create table outcomes (
    outcome_id uuid not null,
    content_sha256 varchar not null,
    recorded_at timestamp_ns not null,
    happened_at timestamp_ns not null,
    name varchar not null,
    value decimal(38,6) not null,
    trace_id uuid,
    response_id varchar
);

create table payloads (
    batch_seq bigint not null,
    received_at timestamp_ns not null,
    signal varchar not null,
    codec varchar not null,
    raw_bytes bigint not null,
    body blob not null
);

create table periods (
    period_start date not null,
    closed_at timestamp_ns not null,
    closed_by varchar not null,
    note varchar,
    manifest varchar not null,
    sha256 varchar not null
);

create table price_editions (
    edition_id uuid not null,
    recorded_at timestamp not null,
    sha256 varchar not null,
    prices bigint not null
);

create table price_rules (
    part varchar not null,
    position integer not null,
    body varchar not null,
    recorded_at timestamp not null,
    superseded_at timestamp
);

create table price_sources (
    part varchar not null,
    source varchar not null,
    imported_on date not null,
    recorded_at timestamp not null,
    superseded_at timestamp
);

create table prices (
    part varchar not null,
    row_key ubigint not null,
    provider varchar not null,
    model varchar not null,
    region varchar,
    service_tier varchar,
    processing varchar,
    usage_class varchar,
    unit_price_usd decimal(19,15),
    discount decimal(19,15),
    context_above bigint,
    context_until bigint,
    effective_from timestamp,
    effective_until timestamp,
    tod_start_s integer,
    tod_end_s integer,
    weekdays integer,
    confidence varchar not null,
    last_seen_on date,
    source_ref varchar not null,
    recorded_at timestamp not null,
    superseded_at timestamp
);

create table progress (
    derived_seq bigint not null
);

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

create table rates (
    rate_id ubigint not null,
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
    missing_usage_requests bigint not null,
    refusals bigint
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
    cost_usd decimal(38,15),
    first_chunk_ms double,
    finish_reason varchar
);

create table reservation_events (
    event_seq bigint not null,
    recorded_at timestamp_ns not null,
    event varchar not null,
    reservation_id uuid not null,
    request_key varchar,
    created_at timestamp_ns not null,
    expires_at timestamp_ns not null,
    amount_usd decimal(38,15) not null,
    actual_usd decimal(38,15),
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

create table rule_sets (
    rules_id uuid not null,
    recorded_at timestamp_ns not null,
    body varchar not null
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
    dialect varchar,
    first_chunk_ms double,
    service_version varchar,
    prompt_name varchar,
    prompt_version varchar,
    index_name varchar,
    index_version varchar,
    chunk_chars integer[],
    configuration_name varchar,
    configuration_version varchar,
    experiment varchar,
    variant varchar,
    session_id varchar,
    verdict varchar
);

create table version_hours (
    kind varchar not null,
    name varchar not null,
    version varchar not null,
    hour_at timestamp not null,
    first_seen_at timestamp_ns not null,
    last_seen_at timestamp_ns not null,
    spans bigint not null,
    trace_ids uuid[] not null
);

create table version_progress (
    seen_seq bigint not null
);

create macro bucket_ms(bucket) as (pow(2, ((bucket - 0.5) / 32)) / 1e3);
create macro field_text(x) as COALESCE("replace"("replace"("replace"(x, '\', '\\'), chr(9), '\t'), chr(10), '\n'), '\N');
create macro figure_cell(x) as CASE  WHEN ((x = 0)) THEN (0) ELSE CAST((sign(x) * (16384 + round((32 * log2(abs(x)))))) AS BIGINT) END;
create macro in_spend_scope(b, a, r) as (((b.tenant IS NULL) OR (b.tenant = a.tenant)) AND ((b.team IS NULL) OR (b.team = a.team)) AND ((b.feature IS NULL) OR (b.feature = a.feature)) AND ((b.route IS NULL) OR (b.route = a.route)) AND ((b.tier IS NULL) OR (b.tier = a.tier)) AND ((b.environment IS NULL) OR (b.environment = a.environment)) AND ((b.cost_center IS NULL) OR (b.cost_center = a.cost_center)) AND ((b.project IS NULL) OR (b.project = a.project)) AND ((b.provider IS NULL) OR (b.provider IN (r.provider, r.seller))) AND ((b.model IS NULL) OR (b.model IN (r.model, r.request_model, r.response_model, r.priced_model))));
create macro instant(moment) as strftime(moment, '%Y-%m-%dT%H:%M:%S.%fZ');
create macro is_refused(error_type, finish_reason) as (COALESCE((finish_reason IN ('refusal', 'content_filter')), false) OR COALESCE(regexp_matches(error_type, 'content.?filter|refus|guardrail', 'i'), false));
create macro latency_bucket(ns) as CAST(greatest(0, ceil((32 * log2((greatest(ns, 1000) / 1e3))))) AS SMALLINT);
create macro milliseconds(ns) as (ns / 1e6);
create macro span_hex(id) as format('{:016x}', id);
create macro trace_hex(id) as "replace"(CAST(id AS VARCHAR), '-', '');
create macro value_text(x) as COALESCE(CAST(x AS VARCHAR), '\N');
create macro whole_us(moment) as make_timestamp((epoch_ns(moment) // 1000));
