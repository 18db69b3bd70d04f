-- Where the next slice of a reprice ends. One row.
--   first_ns    the first start of a span that waits; null when none does
--   beyond_ns   the start of the span that comes after the first $spans of them; null when no more wait
--   $from_ns, $until_ns   bigint   starts of the spans that wait, unix nanoseconds, half-open
--   $until_seq            bigint   spans of batches before this one
--   $spans                bigint   spans one derivation may take
with waiting as (
    select s.started_at
    from spans s
    where s.started_at >= make_timestamp_ns($from_ns) and s.started_at < make_timestamp_ns($until_ns)
        and s.batch_seq < $until_seq
),
beyond as (
    select started_at from waiting order by started_at limit 1 offset $spans
)
select
    (select epoch_ns(min(started_at)) from waiting) as first_ns,
    (select epoch_ns(started_at) from beyond) as beyond_ns
