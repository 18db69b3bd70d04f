-- How many requests ended, and how long they took. One row: one combination of attribution words; absent words are
-- null.
--   $start_ns, $until_ns   bigint   nanoseconds since 1970, whole minutes, half-open
with sums as (
    select attribution_id, sum(requests) as requests, sum(duration_ns) as duration_ns
    from request_minutes
    where minute_at >= make_timestamp_ns($start_ns)::timestamp and minute_at < make_timestamp_ns($until_ns)::timestamp
    group by all
    having sum(requests) <> 0
)

select
    a.tenant, a.team, a.feature, a.route, a.tier, a.environment, a.cost_center, a.project,
    sum(s.requests)::bigint as requests,
    sum(s.duration_ns)::decimal(38, 0) as duration_ns
from sums s
left join attributions a on a.attribution_id = s.attribution_id
group by all
