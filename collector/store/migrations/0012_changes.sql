-- What changed in a service: versions as spans name them, and changes that somebody told.

-- Versions that a span was made with; null where nobody said. service_version is of the resource, prompt_* of a model
-- call, index_* of a retrieval. Spans that were stored before have none: they are not read again from their payloads.
alter table spans add column service_version varchar;
alter table spans add column prompt_name varchar;
alter table spans add column prompt_version varchar;
alter table spans add column index_name varchar;
alter table spans add column index_version varchar;

-- One row: one version of something in one UTC hour.
--   kind            release | model | prompt | index
--   name            the service, the model as it is asked for, the prompt, the index; '' where only the version is told
--   first_seen_at, last_seen_at   starts of spans within the hour
--   trace_ids       up to 32 of its traces, by which routes it answers is known
create table version_hours (
    kind varchar not null,
    name varchar not null,
    version varchar not null,
    hour_at timestamp not null,
    first_seen_at timestamp_ns not null,
    last_seen_at timestamp_ns not null,
    spans bigint not null,
    trace_ids uuid[] not null,
    primary key (kind, name, version, hour_at)
);

-- How far versions have been read: every batch up to seen_seq is in version_hours.
create table version_progress (
    seen_seq bigint not null
);
insert into version_progress values (0);

-- One row: one change that somebody told. Rows are only added.
--   change_id        hash of what makes it this change, or of the key its sender gave it
--   content_sha256   of all that was told
--   kind             prompt | model | index | configuration | release | other
--   from_version, to_version   null: not told
--   tenant ...       whom it is for; null is everybody
create table changes (
    change_id uuid primary key,
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
