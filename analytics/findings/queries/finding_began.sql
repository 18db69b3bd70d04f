-- Since when there is anything that figures are made of. One row, in seconds since 1970; null where there is nothing.
--   $start   timestamp   from when on is asked
select epoch_ns(least(
    (select min(minute_at)::timestamp_ns from request_minutes where minute_at >= $start),
    (select min(minute_at)::timestamp_ns from latency_minutes where minute_at >= $start),
    (select min(minute_at)::timestamp_ns from cost_minutes where minute_at >= $start),
    (select min(told_at) from figures where told_at >= $start)
)) // 1000000000 as began_s
