-- Complete requests that ended in a window. One row: one request; words that nobody said are null.
--   known_ns         when its last span was received; null: nobody remembers
--   $since, $until   timestamp_ns   the window, half-open
with arrivals as (
    select s.trace_id, max(b.received_at) as received_at
    from spans s
    join batches b on b.batch_seq = s.batch_seq
    where s.started_at >= $since - interval 1 hour and s.started_at < $until
    group by s.trace_id
)
select
    replace(q.trace_id::varchar, '-', '') as trace_id, epoch_ns(q.started_at) as started_ns,
    epoch_ns(q.ended_at) as ended_ns, q.duration_ns, q.status <> 'ok' as failed, epoch_ns(r.received_at) as known_ns,
    a.tenant, a.team, a.feature, a.route, a.environment, a.cost_center, a.project, a.tier
from requests q
join attributions a on a.attribution_id = q.attribution_id
left join arrivals r on r.trace_id = q.trace_id
where q.complete and q.ended_at >= $since and q.ended_at < $until
order by q.started_at, trace_id
