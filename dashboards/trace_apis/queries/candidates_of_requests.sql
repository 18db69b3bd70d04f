-- One row: one span, newest first by (started_at, trace_id, span_id): as in candidates, of requests that are like this.
-- A query of its own, because a join, even with nothing, takes 2 s where the order in which spans lie takes 20 ms.
--   $start_ns, $until_ns        bigint    when it started, unix nanoseconds, start included, until excluded
--   $service, $operation        varchar   null means any
--   $min_ns, $max_ns            bigint    duration, both included; null means open
--   $status                     varchar   ok | error; null means any
--   $not_status                 varchar   any but this; null means any
--   $tenant, $team, $feature, $route, $tier, $cost_status   varchar   of the request, which has to be derived; null: any
--   $after_ns, $after_trace, $after_span      bigint, varchar, varchar   go on below this key; null on the first page
--   $limit                      bigint
with owned as (
    select r.trace_id
    from requests r
    join attributions a on a.attribution_id = r.attribution_id
    where r.first_started_at < make_timestamp_ns($until_ns)
        and r.last_started_at >= make_timestamp_ns($start_ns)
        and ($tenant is null or a.tenant = $tenant)
        and ($team is null or a.team = $team)
        and ($feature is null or a.feature = $feature)
        and ($route is null or a.route = $route)
        and ($tier is null or a.tier = $tier)
        and ($cost_status is null or r.cost_status = $cost_status)
),

page as (
    select s.trace_id, s.span_id, s.batch_seq, s.started_at, s.duration_ns, s.name
    from spans s
    where s.started_at >= make_timestamp_ns($start_ns)
        and s.started_at < make_timestamp_ns($until_ns)
        and ($after_ns is null
            or s.started_at < make_timestamp_ns($after_ns)
            or (s.started_at = make_timestamp_ns($after_ns)
                and (s.trace_id, s.span_id) < ($after_trace::uuid, ('0x' || $after_span)::ubigint)))
        and ($service is null or coalesce(s.service, 'unknown_service') = $service)
        and ($operation is null or s.name = $operation)
        and ($min_ns is null or s.duration_ns >= $min_ns)
        and ($max_ns is null or s.duration_ns <= $max_ns)
        and ($status is null or s.status = $status)
        and ($not_status is null or s.status <> $not_status)
        and s.trace_id in (select o.trace_id from owned o)
    order by s.started_at desc, s.trace_id desc, s.span_id desc
    limit $limit
)

select
    trace_hex(p.trace_id) as trace_id, span_hex(p.span_id) as span_id, p.batch_seq,
    epoch_ns(p.started_at) as started_at_ns, p.duration_ns, p.name
from page p
order by p.started_at desc, p.trace_id desc, p.span_id desc
