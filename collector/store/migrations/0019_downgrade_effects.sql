-- What downgrades came to, as it was judged last.

-- One row: one downgrade, from a step of the journal to the next one, within one month.
--   effect_id    entry of the journal and month
--   month        of its start, in UTC: 2026-11
--   until_at     null while it goes on
--   settled      it is not judged again: a week after its end what comes late is no longer waited for
--   effect       json object: alerts/effects/effect.py
create table downgrade_effects (
    effect_id varchar primary key,
    month varchar not null,
    tenant varchar,
    route varchar,
    start_at timestamp_ns not null,
    until_at timestamp_ns,
    judged_at timestamp_ns not null,
    settled boolean not null,
    effect varchar not null
);
