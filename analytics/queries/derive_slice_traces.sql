-- Traces with a span in a slice of a reprice. One row: one trace, with the extent of these spans in unix nanoseconds.
--   $from_ns, $until_ns   bigint   starts of the spans, unix nanoseconds, half-open
--   $until_seq            bigint   spans of batches before this one
select s.trace_id, epoch_ns(min(s.started_at)) as first_ns, epoch_ns(max(s.started_at)) as last_ns
from spans s
where s.started_at >= make_timestamp_ns($from_ns) and s.started_at < make_timestamp_ns($until_ns)
    and s.batch_seq < $until_seq
group by s.trace_id
