-- One row: one tenant with what its ledger lines cost in the day and in the month so far. Null: nobody was named.
--   $day_ns, $month_ns   bigint   nanoseconds since 1970: when the UTC day and month began
with sums as (
    select
        attribution_id, rate_id,
        sum(cost_usd) as month_usd,
        coalesce(sum(cost_usd) filter (where minute_at >= make_timestamp_ns($day_ns)::timestamp), 0) as day_usd,
        sum(lines) as month_lines,
        coalesce(sum(lines) filter (where minute_at >= make_timestamp_ns($day_ns)::timestamp), 0) as day_lines
    from cost_minutes
    where minute_at >= make_timestamp_ns($month_ns)::timestamp
    group by all
)
select
    a.tenant,
    sum(s.day_usd)::decimal(38, 15) as day_usd,
    sum(s.month_usd)::decimal(38, 15) as month_usd,
    coalesce(sum(s.day_lines) filter (where r.status = 'unpriced'), 0)::bigint as day_unpriced_lines,
    coalesce(sum(s.month_lines) filter (where r.status = 'unpriced'), 0)::bigint as month_unpriced_lines
from sums s
left join attributions a on a.attribution_id = s.attribution_id
left join rates r on r.rate_id = s.rate_id
group by a.tenant
order by a.tenant
