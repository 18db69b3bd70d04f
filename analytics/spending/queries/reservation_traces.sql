-- What the ledger has of the traces that settled reservations wait for. One row: one trace x one budget whose scope some
-- of its lines are in; and one with a null budget_row for each trace that is a request: whether it is complete with all
-- lines priced, and the number of combinations of words and rate its lines have.
--   watched   table (trace_row integer, trace_id uuid, start_at timestamp_ns): lines that started before do not count
--   scopes    table (budget_row integer, tenant, team, feature, route, tier, environment, cost_center, project, provider,
--             model varchar): a null word is open
--   $since    timestamp_ns   the earliest of the starts
with lines as (
    select w.trace_row, l.attribution_id, l.rate_id, sum(l.cost_usd) as cost_usd
    from ledger_lines l
    join watched w on w.trace_id = l.trace_id and l.started_at >= w.start_at
    where l.started_at >= $since
    group by all
),

named as (
    select l.*, a, r
    from lines l
    left join attributions a on a.attribution_id = l.attribution_id
    left join rates r on r.rate_id = l.rate_id
),

known as (
    select trace_row, count(*) as lines, count(*) filter (where r.status = 'unpriced') as unpriced_lines
    from named
    group by trace_row
)

select n.trace_row, s.budget_row, coalesce(sum(n.cost_usd), 0)::decimal(38, 15) as cost_usd, null as complete, null as lines
from named n
join scopes s on in_spend_scope(s, n.a, n.r)
group by all
union all
select
    w.trace_row, null, null, bool_or(q.complete) and coalesce(max(k.unpriced_lines), 0) = 0,
    coalesce(max(k.lines), 0)::bigint
from watched w
join requests q on q.trace_id = w.trace_id and q.last_started_at >= $since
left join known k on k.trace_row = w.trace_row
group by w.trace_row
order by trace_row, budget_row
