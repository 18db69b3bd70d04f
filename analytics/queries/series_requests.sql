-- One row: one step of time x one value of a dimension, as the complete requests that ended in it say. Null is what has
-- no value; `other` is true for all values together that are not shown.
-- Whole minutes come from the roll-up, the ragged edges of the window from the requests themselves.
--   $start_ns, $until_ns        bigint    nanoseconds since 1970: the window, half-open
--   $minutes_start_ns, $minutes_until_ns  bigint   the whole minutes inside it, both = $start_ns when there is none
--   $step_ns                    bigint    length of a step, in whole minutes; step n begins at n x $step_ns
--   $by                         varchar   the dimension, null for none
--   $shown                      varchar[] the values that have rows of their own
--   $shows_none                 boolean   whether what has no value has rows of its own
--   $tenant, $team, $feature, $route, $tier, $environment, $cost_center, $project   varchar   null means every one, '' those
--                               without one
with edges as (
    select
        attribution_id, whole_us(ended_at) as cut_at, 1 as requests, (status = 'error')::integer as failed,
        (cost_status in ('unpriced', 'partial'))::integer as unpriced_requests
    from requests
    where complete
        and (ended_at >= make_timestamp_ns($start_ns) and ended_at < make_timestamp_ns($minutes_start_ns)
            or ended_at >= make_timestamp_ns($minutes_until_ns) and ended_at < make_timestamp_ns($until_ns))
),

minutes as (
    select attribution_id, minute_at as cut_at, requests, errors as failed, unpriced_requests
    from request_minutes
    where minute_at >= make_timestamp_ns($minutes_start_ns)::timestamp
        and minute_at < make_timestamp_ns($minutes_until_ns)::timestamp
),

sums as (
    select
        attribution_id, epoch_ns(cut_at) // $step_ns as step,
        sum(requests) as requests, sum(failed) as failed, sum(unpriced_requests) as unpriced_requests
    from (select * from edges union all select * from minutes)
    group by all
    having sum(requests) <> 0
),

valued as (
    select
        s.*,
        case $by
            when 'tenant' then a.tenant when 'team' then a.team when 'feature' then a.feature when 'route' then a.route
            when 'tier' then a.tier when 'environment' then a.environment when 'cost_center' then a.cost_center
            when 'project' then a.project
        end as value
    from sums s
    left join attributions a on a.attribution_id = s.attribution_id
    where ($tenant is null or coalesce(a.tenant, '') = $tenant)
        and ($team is null or coalesce(a.team, '') = $team)
        and ($feature is null or coalesce(a.feature, '') = $feature)
        and ($route is null or coalesce(a.route, '') = $route)
        and ($tier is null or coalesce(a.tier, '') = $tier)
        and ($environment is null or coalesce(a.environment, '') = $environment)
        and ($cost_center is null or coalesce(a.cost_center, '') = $cost_center)
        and ($project is null or coalesce(a.project, '') = $project)
)

select
    step,
    not case when value is null then $shows_none else list_contains($shown::varchar[], value) end as other,
    case when not other then value end as value,
    sum(requests)::bigint as requests,
    sum(failed)::bigint as failed,
    sum(unpriced_requests)::bigint as unpriced_requests
from valued
group by all
