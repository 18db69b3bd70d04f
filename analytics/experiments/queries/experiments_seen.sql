-- Experiments that spans named in a window. One row: one variant of one.
--   $start_ns, $until_ns   bigint   starts of the spans, nanoseconds since 1970, half-open
select
    experiment as name, variant, count(distinct trace_id) as requests, epoch_ns(min(started_at)) as first_ns,
    epoch_ns(max(started_at)) as last_ns
from spans
where experiment is not null and variant is not null and suspect is null
    and started_at >= make_timestamp_ns($start_ns) and started_at < make_timestamp_ns($until_ns)
group by all
order by all
