-- Objectives count more than whole requests: spans, figures told about them, and evaluations, each with a weight and by
-- the words of a group. Everything derived is emptied and derived anew from the spans and events, which hold all of it.

-- One row: one figure that a span tells about itself (collector/dialects/measures.py has the names and units).
--   measured_at   the end of the span
--   value         a number; 1 and 0 for yes and no
--   stage, provider, model   of the span: its kind, and what it calls as the answer names it
--   weight        1 / the probability with which it was sampled, in millionths exactly
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
    weight decimal(18, 6) not null
);

-- Of an evaluation result: as in measures; null is 1. response_key is the hash of response_id, as in model_calls.
alter table log_events add column weight decimal(18, 6);
alter table log_events add column response_key ubigint;

-- Derived. One row: one figure as it counts now, told by a span about itself or by an evaluation, and for whom.
--   batch_seq, record_index    of an evaluation, its record; of a span's figure record_index is null
--   trace_id, span_id          what it is about, as far as that is known
--   told_at                    the end of the span, or the instant of the evaluation
--   attribution_id             of the request it is about; 0 while no such request is known
create table figures (
    batch_seq bigint not null,
    record_index integer,
    trace_id uuid,
    span_id ubigint,
    told_at timestamp_ns not null,
    measure varchar not null,
    value double,
    label varchar,
    weight decimal(18, 6) not null,
    attribution_id ubigint not null,
    stage varchar,
    provider varchar,
    model varchar
);

-- From the start of the span to its first chunk, where the span itself says so; null is unknown.
alter table spans add column first_chunk_ms double;
-- From the start of the request to the first chunk of its answer; null when nothing streamed or nobody said.
alter table requests add column first_chunk_ms double;

-- The objectives the counts below were made for; objective_id is the hash of the definition, so a changed threshold is
-- another objective and counts afresh.
--   unit           request | span | measure: what is counted
--   per            words that each value seen of has a budget of its own
--   relative       the ceiling is in objective_ceilings, by day
--   budgeting      occurrences | timeslices | ratio_timeslices; slices of slice_minutes are good from slice_target on
drop table objectives;
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
    ceiling_usd decimal(38, 15),
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

-- One row: one combination of words that an objective keeps a budget for. Group 0 has no row: it is everything of an
-- objective without `per`, and of one with `per` whatever came after its groups were full, and what has none of the words.
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

-- What an objective judged, by minute and group. One row: what one change added or, negative, took back; readers sum.
--   total, good         sums of weights: whole numbers where nothing is weighted, exact either way
--   events              how many were judged
--   weight_square_sum   sum of squared weights: total^2 / weight_square_sum events would say as much unweighted
drop table objective_minutes;
create table objective_minutes (
    objective_id ubigint not null,
    group_id integer not null,
    minute_at timestamp not null,
    total decimal(18, 6) not null,
    good decimal(18, 6) not null,
    events bigint not null,
    weight_square_sum decimal(38, 12) not null
);

-- The ceiling of an objective that is relative to the days before, from an instant until the next row.
--   median, requests   what it was made from; the ceiling is null where too few requests said anything
create table objective_ceilings (
    objective_id ubigint not null,
    from_at timestamp not null,
    ceiling_usd decimal(38, 15),
    ceiling_tokens bigint,
    median double,
    requests bigint not null
);

delete from ledger_lines;
delete from cost_minutes;
delete from requests;
delete from request_minutes;
delete from latency_minutes;
update progress set derived_seq = 0;
