-- Traces with a span in a slice of a reprice. One row: one trace.
--   $from_ns, $until_ns   bigint   starts of their spans, unix nanoseconds, half-open
--   $until_seq            bigint   spans of batches before this one
select distinct s.trace_id
from spans s
where s.started_at >= make_timestamp_ns($from_ns) and s.started_at < make_timestamp_ns($until_ns)
    and s.batch_seq < $until_seq
