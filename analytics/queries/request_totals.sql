-- One row: everything ever counted about the requests of one attribution's tenant and route. Null means unallocated.
select
    a.tenant, a.route,
    sum(m.requests)::bigint as requests,
    sum(m.errors)::bigint as errors,
    sum(m.unpriced_requests)::bigint as unpriced_requests,
    sum(m.cost_usd) as cost_usd
from (
    select
        attribution_id, sum(requests) as requests, sum(errors) as errors,
        sum(unpriced_requests) as unpriced_requests, sum(cost_usd) as cost_usd
    from request_minutes
    group by attribution_id
) m
left join attributions a on a.attribution_id = m.attribution_id
group by a.tenant, a.route
