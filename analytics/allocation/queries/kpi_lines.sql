-- Ledger lines of a window, by what key figures tell apart. One row: one usage class x purpose x status of the rate x
-- presence of attribution words. cost_usd is null when no line of the row has a price. compared_* are sums over lines
-- that have both a list and a contracted price.
--   $start_ns, $until_ns   bigint   nanoseconds since 1970, whole minutes, half-open, by the start of the span
--   $tenant, $team, $feature, $route, $cost_center   varchar   null means every one, '' those without one
-- words is a bit for each attribution word that is there: tenant 1, team 2, feature 4, route 8, tier 16,
-- environment 32, cost_center 64, project 128.
with sums as (
    select
        attribution_id, rate_id, purpose, sum(quantity) as quantity, sum(list_cost_usd) as list_cost_usd,
        sum(cost_usd) as cost_usd, sum(lines) as lines
    from cost_minutes
    where minute_at >= make_timestamp_ns($start_ns)::timestamp and minute_at < make_timestamp_ns($until_ns)::timestamp
    group by all
    having sum(lines) <> 0
)

select
    r.usage_class, s.purpose, r.status,
    (a.tenant is not null)::integer + 2 * (a.team is not null)::integer + 4 * (a.feature is not null)::integer
        + 8 * (a.route is not null)::integer + 16 * (a.tier is not null)::integer
        + 32 * (a.environment is not null)::integer + 64 * (a.cost_center is not null)::integer
        + 128 * (a.project is not null)::integer as words,
    sum(s.quantity)::decimal(38, 0) as quantity,
    sum(s.lines)::bigint as lines,
    sum(s.cost_usd) filter (where r.unit_price_usd is not null) as cost_usd,
    coalesce(sum(s.cost_usd) filter (where r.list_unit_price_usd is not null and r.unit_price_usd is not null), 0)
        ::decimal(38, 15) as compared_cost_usd,
    coalesce(sum(s.list_cost_usd) filter (where r.list_unit_price_usd is not null and r.unit_price_usd is not null), 0)
        ::decimal(38, 15) as compared_list_usd
from sums s
join rates r on r.rate_id = s.rate_id
left join attributions a on a.attribution_id = s.attribution_id
where true
-- take owned
group by all
