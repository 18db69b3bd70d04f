-- What came of the complete requests that ended in a window. One row: one group x one name of an outcome.
--   requests       that had it at least once
--   cost_usd       of these requests; null when none of them is priced
--   late_outcomes  told more than an hour after their request had ended
--   $start_ns, $until_ns   bigint    nanoseconds since 1970: the window, half-open
--   $name                  varchar   null means every one
--   $tenant, $team, $feature, $route, $tier, $environment, $cost_center, $project   varchar   null means every one, '' those
--                          without one
--   $by_tenant ... $by_hour     boolean   whether to split by it
with
-- take came
joined as (
    select
        c.name, c.value, q.*, c.recorded_at > q.ended_at + interval 1 hour as late,
        whole_us(q.ended_at) as cut_at,
        row_number() over (partition by c.name, q.trace_id order by c.outcome_id) = 1 as first
    from came c
    join requests q on q.trace_id = c.trace_id
    where ($name is null or c.name = $name)
        and q.complete and q.ended_at >= make_timestamp_ns($start_ns) and q.ended_at < make_timestamp_ns($until_ns)
)

select
    j.name,
-- take analytics.split
    count(*)::bigint as outcomes,
    count(*) filter (where j.late)::bigint as late_outcomes,
    sum(j.value)::decimal(38, 6) as value,
    count(*) filter (where j.first)::bigint as requests,
    sum(j.cost_usd) filter (where j.first) as cost_usd,
    quantile_disc(j.duration_ns, 0.5) filter (where j.first)::bigint as p50_ns,
    quantile_disc(j.duration_ns, 0.95) filter (where j.first)::bigint as p95_ns
from joined j
left join attributions a on a.attribution_id = j.attribution_id
where
-- take analytics.owned
group by all
