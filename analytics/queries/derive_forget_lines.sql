-- Removes ledger lines of traces that are derived again.
--   again                 table(trace_id uuid)
--   $from_ns, $until_ns   bigint   bounds of the starts of their spans, unix nanoseconds, both included
delete from ledger_lines
where trace_id in (select a.trace_id from again a)
    and started_at >= make_timestamp_ns($from_ns) and started_at <= make_timestamp_ns($until_ns)
