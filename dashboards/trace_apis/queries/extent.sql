-- One row: where the spans of some traces lie, so that only the blocks of those minutes are read. Null: nothing is
-- derived of them yet.
--   wanted   table(trace_id varchar)   32 hex digits each
select
    epoch_ns(min(r.first_started_at)) as first_ns,
    epoch_ns(max(r.last_started_at)) as last_ns,
    (select p.derived_seq from progress p) as derived_seq
from requests r
where r.trace_id in (select w.trace_id::uuid from wanted w)
