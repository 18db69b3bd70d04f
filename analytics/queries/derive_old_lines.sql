-- Ledger lines as they were, of traces that are derived again. One row: one line.
--   again                 table(trace_id uuid)
--   $from_ns, $until_ns   bigint   bounds of the starts of their spans, unix nanoseconds, both included
select l.*
from ledger_lines l
where l.trace_id in (select a.trace_id from again a)
    and l.started_at >= make_timestamp_ns($from_ns) and l.started_at <= make_timestamp_ns($until_ns)
