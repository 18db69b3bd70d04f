-- The first requests of those that match, newest first, below the key of the page before.
page as (
    select *
    from matching
    where $after is null
        or started_at < make_timestamp_ns($after)
        or (started_at = make_timestamp_ns($after) and trace_id < $after_trace::uuid)
    order by started_at desc, trace_id desc
    limit $limit
)
