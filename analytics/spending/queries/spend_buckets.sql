-- Spend of budgets in steps of time. One row: one budget x one step that saw spend; a budget without any has one row
-- whose at_ns and sums are null. Every row says how many rows the roll-up has before the window (rows_before) and in it
-- (rows_in), of whatever scope: the roll-up only grows, so sums of a window whose number of rows stays the same stay.
--   asked          table (budget_row integer, start_at timestamp, until_at timestamp, tenant, team, feature, route, tier,
--                  environment, cost_center, project, provider, model varchar): scopes and periods, half-open; a null
--                  word is open
--   $start, $until   timestamp   the window, half-open, whole minutes
--   $step_ns         bigint      length of a step
with counted as (
    select
        (select count(*) from cost_minutes) - count(*) as rows_before,
        count(*) filter (where minute_at < $until) as rows_in
    from cost_minutes
    where minute_at >= $start
),

moved as (
    select minute_at, attribution_id, rate_id, sum(cost_usd) as cost_usd, sum(lines) as lines
    from cost_minutes
    where minute_at >= $start and minute_at < $until
    group by all
),

named as (
    select m.*, a, r
    from moved m
    left join attributions a on a.attribution_id = m.attribution_id
    left join rates r on r.rate_id = m.rate_id
),

steps as (
    select
        b.budget_row, epoch_ns(n.minute_at) // $step_ns * $step_ns as at_ns,
        sum(n.cost_usd)::decimal(38, 15) as cost_usd, sum(n.lines)::bigint as lines,
        coalesce(sum(n.lines) filter (where n.r.status = 'unpriced'), 0)::bigint as unpriced_lines
    from asked b
    join named n on n.minute_at >= b.start_at and n.minute_at < b.until_at and in_spend_scope(b, n.a, n.r)
    group by all
    having sum(n.lines) <> 0 or sum(n.cost_usd) <> 0
)

select b.budget_row, s.at_ns, s.cost_usd, s.lines, s.unpriced_lines, c.rows_before, c.rows_in
from asked b
cross join counted c
left join steps s on s.budget_row = b.budget_row
order by b.budget_row, s.at_ns
