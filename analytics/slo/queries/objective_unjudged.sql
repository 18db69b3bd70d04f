-- Requests in an objective's scope that it could not judge, because they say nothing about it (no price, no usage, a
-- fast failure under a latency objective). One row: one listed objective about requests; whole minutes only, both ends
-- cut down.
--   $start, $until   timestamp   first minute included, last excluded
with
scoped as (
    select o.objective_id, sum(m.requests) as requests
    from objectives o
    join attributions a
        on (o.tenant is null or o.tenant = a.tenant)
        and (o.team is null or o.team = a.team)
        and (o.feature is null or o.feature = a.feature)
        and (o.route is null or o.route = a.route)
        and (o.environment is null or o.environment = a.environment)
    join request_minutes m on m.attribution_id = a.attribution_id
    where m.minute_at >= $start and m.minute_at < $until
    group by all
),
judged as (
    select objective_id, sum(events) as requests
    from objective_minutes
    where minute_at >= $start and minute_at < $until
    group by all
)
select o.objective_id, (coalesce(s.requests, 0) - coalesce(j.requests, 0))::bigint as unjudged
from objectives o
left join scoped s on s.objective_id = o.objective_id
left join judged j on j.objective_id = o.objective_id
where o.unit = 'request'
