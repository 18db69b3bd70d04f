-- Sums of what was booked and of what it would be, by price, by owner, and in all. One row: one group; level says which
-- columns name it: price (day, seller, model, usage_class), owner (tenant, team) or all. Costs are null when no line of
-- the group has a price. A line has changed when its unit prices or its status have.
--   groups   table(day_number bigint, attribution_id ubigint, booked_id ubigint, found_id ubigint, lines bigint, quantity
--            decimal(38,0), booked_list_cost_usd decimal(38,15), booked_cost_usd decimal(38,15)): as from reprice_groups
--   found    table(rate_id ubigint, seller varchar, priced_model varchar, unit_price_usd decimal(19,15),
--            list_unit_price_usd decimal(19,15), status varchar): what the rates found are
with named as (
    select
        strftime(make_timestamp(g.day_number * 86400000000), '%Y-%m-%d') as day,
        coalesce(f.seller, r.seller, r.provider) as seller,
        coalesce(f.priced_model, r.priced_model, r.model) as model,
        r.usage_class, a.tenant, a.team,
        g.lines, g.booked_list_cost_usd, g.booked_cost_usd,
        (g.quantity::bigint * f.list_unit_price_usd)::decimal(38, 15) as list_cost_usd,
        (g.quantity::bigint * f.unit_price_usd)::decimal(38, 15) as cost_usd,
        r.status as booked_status,
        coalesce(f.status, 'unpriced') as found_status,
        r.unit_price_usd is distinct from f.unit_price_usd
            or r.list_unit_price_usd is distinct from f.list_unit_price_usd
            or r.status <> coalesce(f.status, 'unpriced') as changed
    from groups g
    join rates r on r.rate_id = g.booked_id
    left join found f on f.rate_id = g.found_id
    left join attributions a on a.attribution_id = g.attribution_id
)
select
    case when grouping(usage_class) = 0 then 'price' when grouping(tenant) = 0 then 'owner' else 'all' end as level,
    day, seller, model, usage_class, tenant, team,
    coalesce(sum(lines), 0)::bigint as lines,
    coalesce(sum(lines) filter (where changed), 0)::bigint as changed_lines,
    coalesce(sum(lines) filter (where booked_status = 'unpriced' and found_status <> 'unpriced'), 0)::bigint
        as newly_priced_lines,
    coalesce(sum(lines) filter (where booked_status <> 'unpriced' and found_status = 'unpriced'), 0)::bigint
        as newly_unpriced_lines,
    sum(booked_list_cost_usd) as booked_list_cost_usd,
    sum(booked_cost_usd) as booked_cost_usd,
    sum(list_cost_usd) as list_cost_usd,
    sum(cost_usd) as cost_usd
from named
group by grouping sets ((day, seller, model, usage_class), (tenant, team), ())
order by all
