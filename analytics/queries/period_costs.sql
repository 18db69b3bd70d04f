-- One row: one tenant with what its ledger lines cost in the day and in the month so far. Null: nobody was named.
--   $day_ns, $month_ns   bigint   nanoseconds since 1970: when the UTC day and month began
with unpriced as (select rate_id from rates where status = 'unpriced'),
sums as (
    select
        m.attribution_id,
        m.minute_at >= make_timestamp_ns($day_ns)::timestamp as today,
        sum(m.cost_usd) as usd,
        coalesce(sum(m.lines) filter (where u.rate_id is not null), 0) as unpriced_lines
    from cost_minutes m
    left join unpriced u on u.rate_id = m.rate_id
    where m.minute_at >= make_timestamp_ns($month_ns)::timestamp
    group by all
)
select
    a.tenant,
    coalesce(sum(s.usd) filter (where s.today), 0)::decimal(38, 15) as day_usd,
    sum(s.usd)::decimal(38, 15) as month_usd,
    coalesce(sum(s.unpriced_lines) filter (where s.today), 0)::bigint as day_unpriced_lines,
    sum(s.unpriced_lines)::bigint as month_unpriced_lines
from sums s
left join attributions a on a.attribution_id = s.attribution_id
group by a.tenant
order by a.tenant
