-- Everything derived, to be judged anew. One row each: one request, one span, one figure.
--   $since   timestamp   nothing that ended before it; null means everything
-- if request
requests_told as (
    select *, 1 as sign, null as mark from requests where $since is null or ended_at >= $since
),
-- end
-- if span
spans_within as (
    select s.*, null as mark
    from spans s
    where s.batch_seq <= (select max(derived_seq) from progress)
        and ($since is null or make_timestamp_ns(epoch_ns(s.started_at) + s.duration_ns) >= $since)
),
-- take span_events
spans_told as (
    select *, 1 as sign from span_events
),
-- end
-- if measure
figures_told as (
    select *, 1 as sign, null as mark from figures where $since is null or told_at >= $since
),
-- end
