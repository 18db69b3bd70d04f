-- What came of the complete requests that ended in a window. One row: one group x one name of an outcome.
--   requests       that had it at least once
--   cost_usd       of these requests; null when none of them is priced
--   late_outcomes  told more than an hour after their request had ended
--   $start_ns, $until_ns   bigint    nanoseconds since 1970: the window, half-open
--   $name                  varchar   null means every one
--   $tenant, $team, $feature, $route, $tier, $environment, $cost_center, $project   varchar   null means every one, '' those
--                          without one
--   $by_tenant ... $by_hour     boolean   whether to split by it
with told as (
    select * from outcomes where $name is null or name = $name
),

answered as (
    select response_id, min(trace_id) as trace_id
    from model_calls
    where response_id in (select response_id from told where trace_id is null)
    group by response_id
),

joined as (
    select
        o.name, o.value, q.*, o.recorded_at > q.ended_at + interval 1 hour as late,
        row_number() over (partition by o.name, q.trace_id order by o.outcome_id) = 1 as first
    from told o
    left join answered a on a.response_id = o.response_id and o.trace_id is null
    join requests q on q.trace_id = coalesce(o.trace_id, a.trace_id)
    where q.complete and q.ended_at >= make_timestamp_ns($start_ns) and q.ended_at < make_timestamp_ns($until_ns)
)

select
    j.name,
    case when $by_tenant then a.tenant end as tenant,
    case when $by_team then a.team end as team,
    case when $by_feature then a.feature end as feature,
    case when $by_route then a.route end as route,
    case when $by_tier then a.tier end as tier,
    case when $by_environment then a.environment end as environment,
    case when $by_cost_center then a.cost_center end as cost_center,
    case when $by_project then a.project end as project,
    case when $by_day then strftime(whole_us(j.ended_at), '%Y-%m-%d') end as day,
    case when $by_hour then epoch_ns(date_trunc('hour', whole_us(j.ended_at))) end as hour,
    count(*)::bigint as outcomes,
    count(*) filter (where j.late)::bigint as late_outcomes,
    sum(j.value)::decimal(38, 6) as value,
    count(*) filter (where j.first)::bigint as requests,
    sum(j.cost_usd) filter (where j.first) as cost_usd,
    quantile_disc(j.duration_ns, 0.5) filter (where j.first)::bigint as p50_ns,
    quantile_disc(j.duration_ns, 0.95) filter (where j.first)::bigint as p95_ns
from joined j
left join attributions a on a.attribution_id = j.attribution_id
where ($tenant is null or coalesce(a.tenant, '') = $tenant)
    and ($team is null or coalesce(a.team, '') = $team)
    and ($feature is null or coalesce(a.feature, '') = $feature)
    and ($route is null or coalesce(a.route, '') = $route)
    and ($tier is null or coalesce(a.tier, '') = $tier)
    and ($environment is null or coalesce(a.environment, '') = $environment)
    and ($cost_center is null or coalesce(a.cost_center, '') = $cost_center)
    and ($project is null or coalesce(a.project, '') = $project)
group by all
