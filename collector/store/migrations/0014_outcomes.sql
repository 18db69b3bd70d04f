-- What came of requests, told later. It holds no content, and stays when content goes.

-- One row: one outcome. Rows are only added; its request is found when it is asked for, whichever of them came first.
--   outcome_id       hash of the key its sender gave it, or of all that was told
--   content_sha256   of all that was told
--   value            what it counts: 1, minutes saved, a rating ...
--   trace_id         its request; null: told by response_id
--   response_id      as the provider called its answer
create table outcomes (
    outcome_id uuid primary key,
    content_sha256 varchar not null,
    recorded_at timestamp_ns not null,
    happened_at timestamp_ns not null,
    name varchar not null,
    value decimal(38, 6) not null,
    trace_id uuid,
    response_id varchar
);
