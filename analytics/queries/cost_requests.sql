-- One row: one group of the complete requests that ended in the window. A dimension that is not asked for is null; so is one
-- that is asked for and absent (unallocated). cost_usd is the cost of these requests, 0 when none is priced.
-- Whole minutes come from the roll-up, the ragged edges of the window from the requests themselves.
--   $start_ns, $until_ns        bigint    nanoseconds since 1970: the window, half-open
--   $minutes_start_ns, $minutes_until_ns  bigint   the whole minutes inside it, both = $start_ns when there is none
--   $tenant, $team, $feature, $route, $tier, $environment, $cost_center, $project   varchar   null means every one, '' those
--                               without one
--   $by_tenant ... $by_hour     boolean   whether to split by it
with edges as (
    select
        attribution_id, whole_us(ended_at) as cut_at, 1 as requests, (status = 'error')::integer as errors,
        is_refused(error_type, finish_reason)::integer as refusals, degraded::integer as degraded_requests,
        (cost_status in ('unpriced', 'partial'))::integer as unpriced_requests, coalesce(cost_usd, 0) as cost_usd
    from requests
    where complete
        and (ended_at >= make_timestamp_ns($start_ns) and ended_at < make_timestamp_ns($minutes_start_ns)
            or ended_at >= make_timestamp_ns($minutes_until_ns) and ended_at < make_timestamp_ns($until_ns))
),

minutes as (
    select
        attribution_id, minute_at as cut_at, requests, errors, refusals, if(degraded, requests, 0) as degraded_requests,
        unpriced_requests, cost_usd
    from request_minutes
    where minute_at >= make_timestamp_ns($minutes_start_ns)::timestamp
        and minute_at < make_timestamp_ns($minutes_until_ns)::timestamp
),

sums as (
    select
        attribution_id,
        case when $by_hour then date_trunc('hour', cut_at)
            when $by_day then date_trunc('day', cut_at) end as cut_at,
        sum(requests) as requests, sum(errors) as errors, sum(refusals) as refusals,
        sum(degraded_requests) as degraded_requests,
        sum(unpriced_requests) as unpriced_requests, sum(cost_usd) as cost_usd
    from (select * from edges union all select * from minutes)
    group by all
    having sum(requests) <> 0
)

select
-- take split
    sum(s.requests)::bigint as requests,
    sum(s.errors)::bigint as errors,
    sum(s.refusals)::bigint as refusals,
    sum(s.degraded_requests)::bigint as degraded_requests,
    sum(s.unpriced_requests)::bigint as unpriced_requests,
    sum(s.cost_usd) as cost_usd
from sums s
left join attributions a on a.attribution_id = s.attribution_id
where
-- take owned
group by all
