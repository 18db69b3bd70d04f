-- Everything derived, to be judged by new objectives. One row each: one request, one span, one figure.
--   judging   shaped like objectives: those that judge; spans are read only if one of them is about spans
--   $since    timestamp   nothing that ended before it; null means everything
requests_told as (
    select *, 1 as sign, null as mark from requests where $since is null or ended_at >= $since
),
spans_within as (
    select s.*, null as mark
    from spans s
    join (select distinct true as wanted from judging where unit = 'span') w on w.wanted = (s.batch_seq is not null)
    where s.batch_seq <= (select max(derived_seq) from progress)
        and ($since is null or make_timestamp_ns(epoch_ns(s.started_at) + s.duration_ns) >= $since)
),
-- take span_events
spans_told as (
    select *, 1 as sign from span_events
),
figures_told as (
    select *, 1 as sign, null as mark from figures where $since is null or told_at >= $since
)
