-- Traces that say which variant of an experiment they met. One row: one trace.
--   $name                  varchar   the experiment
--   $start_ns, $until_ns   bigint    nanoseconds since 1970, half-open
told as (
    select s.trace_id, min(s.variant) as variant, count(distinct s.variant) as variants
    from spans s
    where s.experiment = $name and s.variant is not null
        and s.started_at >= make_timestamp_ns($start_ns - 3600000000000) and s.started_at < make_timestamp_ns($until_ns)
    group by s.trace_id
)
