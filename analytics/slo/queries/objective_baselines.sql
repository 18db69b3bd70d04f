-- The median request of a window, in the scope of each objective that is relative to it. One row: one of `wanted`.
--   wanted           table shaped like objectives: relative ones
--   $start, $until   timestamp   the window, start included
-- Only what an objective could judge says something: requests with a cost, or with all their tokens told.
with
said as (
    select
        q.attribution_id,
        case when q.cost_status = 'priced' then q.cost_usd end as cost_usd,
        case when q.usage_status in ('reported', 'estimated') and coalesce(q.input_tokens, q.output_tokens) is not null
            then coalesce(q.input_tokens, 0) + coalesce(q.output_tokens, 0) end as tokens
    from requests q
    where q.complete and q.ended_at >= $start and q.ended_at < $until
),
scoped as (
    select
        o.objective_id,
        case o.sli when 'cost' then s.cost_usd::double else s.tokens::double end as figure
    from wanted o
    join attributions a
        on (o.tenant is null or o.tenant = a.tenant)
        and (o.team is null or o.team = a.team)
        and (o.feature is null or o.feature = a.feature)
        and (o.route is null or o.route = a.route)
        and (o.environment is null or o.environment = a.environment)
    join said s on s.attribution_id = a.attribution_id
)
select w.objective_id, median(s.figure) as median, count(s.figure) as requests
from wanted w
left join scoped s on s.objective_id = w.objective_id
group by w.objective_id
