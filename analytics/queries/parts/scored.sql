-- What evaluations say of requests, told from an hour before a window on. One row: one evaluation; its score, or else 1 for
-- a label that means good and 0 for one that means bad.
--   $start_ns   bigint   the window, nanoseconds since 1970
scored as (
    select
        trace_id, measure, weight::double as weight,
        coalesce(
            value,
            case
                when lower(label) in ('pass', 'passed', 'good', 'correct', 'yes') then 1
                when lower(label) in ('fail', 'failed', 'bad', 'incorrect', 'no') then 0
            end
        ) as score
    from figures
    where record_index is not null and told_at >= make_timestamp_ns($start_ns - 3600000000000)
)
