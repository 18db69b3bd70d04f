-- Spend of budgets in steps of time. One row: one budget x one step that saw spend; a budget without any has one row
-- whose at_ns and sums are null. Every row says how many rows the roll-up has before the window (rows_before) and in it
-- (rows_in), of whatever scope: the roll-up only grows, so sums of a window whose number of rows stays the same stay.
--   asked          table (budget_row integer, start_at timestamp, until_at timestamp, tenant, team, feature, route, tier,
--                  environment, cost_center, project, provider, model varchar): scopes and periods, half-open; a null
--                  word is open
--   $start, $until   timestamp   the window, half-open, whole minutes
--   $step_ns         bigint      length of a step
-- Scopes are compared with the pairs of owner and rate that there are, not with every minute of them: a third of the time.
with counted as (
    select
        (select count(*) from cost_minutes) - count(*) as rows_before,
        count(*) filter (where minute_at < $until) as rows_in
    from cost_minutes
    where minute_at >= $start
),

pairs as (
    select distinct attribution_id, rate_id
    from cost_minutes
    where minute_at >= $start and minute_at < $until
),

named as (
    select p.*, a, r
    from pairs p
    left join attributions a on a.attribution_id = p.attribution_id
    left join rates r on r.rate_id = p.rate_id
),

reach as (
    select b.budget_row, b.start_at, b.until_at, n.attribution_id, n.rate_id, n.r.status = 'unpriced' as unpriced
    from asked b
    join named n on in_spend_scope(b, n.a, n.r)
),

steps as (
    select
        n.budget_row, epoch_ns(m.minute_at) // $step_ns * $step_ns as at_ns,
        sum(m.cost_usd)::decimal(38, 15) as cost_usd, sum(m.lines)::bigint as lines,
        coalesce(sum(m.lines) filter (where n.unpriced), 0)::bigint as unpriced_lines
    from reach n
    join cost_minutes m
        on m.attribution_id = n.attribution_id and m.rate_id = n.rate_id
        and m.minute_at >= n.start_at and m.minute_at < n.until_at
    where m.minute_at >= $start and m.minute_at < $until
    group by all
    having sum(m.lines) <> 0 or sum(m.cost_usd) <> 0
)

select b.budget_row, s.at_ns, s.cost_usd, s.lines, s.unpriced_lines, c.rows_before, c.rows_in
from asked b
cross join counted c
left join steps s on s.budget_row = b.budget_row
order by b.budget_row, s.at_ns
