-- One row: one step of time x one value of a dimension, as the complete requests that ended in it say. Null is what has
-- no value; `other` is true for all values together that are not shown.
-- Whole minutes come from the roll-up, the ragged edges of the window from the requests themselves.
--   $start_ns, $until_ns        bigint    nanoseconds since 1970: the window, half-open
--   $minutes_start_ns, $minutes_until_ns  bigint   the whole minutes inside it, both = $start_ns when there is none
--   $step_ns                    bigint    length of a step, in whole minutes; step n begins at n x $step_ns
--   $by                         varchar   the dimension, null for none
--   $shown                      varchar[] the values that have rows of their own
--   $shows_none                 boolean   whether what has no value has rows of its own
--   $room                       bigint    how many further values have rows of their own, by name
--   $tenant, $team, $feature, $route, $tier, $environment, $cost_center, $project   varchar   null means every one, '' those
--                               without one
with edges as (
    select
        attribution_id, whole_us(ended_at) as cut_at, 1 as requests, (status = 'error')::integer as failed,
        is_refused(error_type, finish_reason)::integer as refusals,
        (cost_status in ('unpriced', 'partial'))::integer as unpriced_requests
    from requests
    where complete
        and (ended_at >= make_timestamp_ns($start_ns) and ended_at < make_timestamp_ns($minutes_start_ns)
            or ended_at >= make_timestamp_ns($minutes_until_ns) and ended_at < make_timestamp_ns($until_ns))
),

minutes as (
    select attribution_id, minute_at as cut_at, requests, errors as failed, refusals, unpriced_requests
    from request_minutes
    where minute_at >= make_timestamp_ns($minutes_start_ns)::timestamp
        and minute_at < make_timestamp_ns($minutes_until_ns)::timestamp
),

-- take owners
sums as (
    select
        o.owner, (epoch_ns(r.cut_at) // $step_ns)::integer as step,
        sum(r.requests) as requests, sum(r.failed) as failed, sum(r.refusals) as refusals,
        sum(r.unpriced_requests) as unpriced_requests
    from (select * from edges union all select * from minutes) r
    join owners o on o.attribution_id = r.attribution_id
    group by all
    having sum(r.requests) <> 0
),

valued as (
    select
        s.*, o.value,
        case when o.value is null then $shows_none else list_contains($shown::varchar[], o.value) end as shown
    from sums s
    join (select distinct owner, value from owners) o on o.owner = s.owner
),

places as (
    select value, row_number() over (order by value is null, value) <= $room as shown
    from valued
    where not shown
    group by value
)

select
    v.step,
    not (v.shown or coalesce(p.shown, false)) as other,
    case when not other then v.value end as value,
    sum(v.requests)::bigint as requests,
    sum(v.failed)::bigint as failed,
    sum(v.refusals)::bigint as refusals,
    sum(v.unpriced_requests)::bigint as unpriced_requests
from valued v
left join places p on not v.shown and p.value is not distinct from v.value
group by all
