-- One row: one tenant with what its ledger lines cost in the day and in the month so far. Null: nobody was named.
--   $day_ns, $month_ns   bigint   nanoseconds since 1970: when the UTC day and month began
with sums as (
    select
        attribution_id,
        sum(cost_usd) as month_usd,
        sum(cost_usd) filter (where minute_at >= make_timestamp_ns($day_ns)::timestamp) as day_usd
    from cost_minutes
    where minute_at >= make_timestamp_ns($month_ns)::timestamp
    group by attribution_id
),
unpriced as (
    select
        m.attribution_id,
        sum(m.lines) as month_lines,
        sum(m.lines) filter (where m.minute_at >= make_timestamp_ns($day_ns)::timestamp) as day_lines
    from cost_minutes m
    join rates r on r.rate_id = m.rate_id and r.status = 'unpriced'
    where m.minute_at >= make_timestamp_ns($month_ns)::timestamp
    group by m.attribution_id
)
select
    a.tenant,
    coalesce(sum(s.day_usd), 0)::decimal(38, 15) as day_usd,
    sum(s.month_usd)::decimal(38, 15) as month_usd,
    coalesce(sum(u.day_lines), 0)::bigint as day_unpriced_lines,
    coalesce(sum(u.month_lines), 0)::bigint as month_unpriced_lines
from sums s
left join unpriced u on u.attribution_id = s.attribution_id
left join attributions a on a.attribution_id = s.attribution_id
group by a.tenant
order by a.tenant
