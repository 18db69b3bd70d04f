-- One row: one span of the traces in ``wanted``. What is newer than the mark of progress may lie outside of the extent,
-- and is few.
--   wanted                 table(trace_id varchar)   32 hex digits each
--   $first_ns, $last_ns    bigint   extent of what is derived, both included; null where nothing is
--   $derived_seq           bigint   last batch that is derived
ids as (
    select w.trace_id::uuid as trace_id from wanted w
),

found as (
    select * from spans
    where started_at >= make_timestamp_ns($first_ns)
        and started_at <= make_timestamp_ns($last_ns)
        and batch_seq <= $derived_seq
        and trace_id in (select i.trace_id from ids i)
    union all
    select * from spans
    where batch_seq > $derived_seq
        and trace_id in (select i.trace_id from ids i)
)
