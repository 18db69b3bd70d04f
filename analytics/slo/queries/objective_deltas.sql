-- Adds to objective_minutes what `fresh` changes. One row inserted: one objective x one minute whose counts move.
--   fresh   table shaped like requests, with sign: +1 for a request as it is now, -1 for the same as it was before
-- The lines between the two marks are the only place that says which requests are good; the other queries about
-- objectives take them over by those marks (analytics/slo/judging.py). In `judged`, good is null for a request that says
-- nothing about the objective; analytics/slo/objective.py has the reasons.
insert into objective_minutes by name
with
-- judgement begins
reach as (
    select distinct o.objective_id, o.sli, o.threshold_ms * 1e6 as threshold_ns, o.ceiling_usd, a.attribution_id
    from objectives o
    join attributions a
        on (o.tenant is null or o.tenant = a.tenant)
        and (o.team is null or o.team = a.team)
        and (o.feature is null or o.feature = a.feature)
        and (o.route is null or o.route = a.route)
),
judged as (
    select
        f.*,
        r.objective_id,
        case
            when r.sli = 'availability' then f.status = 'ok'
            when r.sli = 'latency' and f.duration_ns > r.threshold_ns then false
            when r.sli = 'latency' and f.status = 'ok' then true
            when r.sli = 'cost' and f.cost_usd > r.ceiling_usd then false
            when r.sli = 'cost' and f.cost_status = 'priced' and f.cost_usd is not null then true
            when r.sli = 'cost' and f.cost_status = 'none' and f.call_count = 0 then true
        end as good
    from fresh f
    join reach r on r.attribution_id = f.attribution_id
    where f.complete
)
-- judgement ends
select
    objective_id,
    date_trunc('minute', whole_us(ended_at)) as minute_at,
    sum(sign)::bigint as total,
    coalesce(sum(sign) filter (where good), 0)::bigint as good
from judged
where good is not null
group by all
having sum(sign) <> 0 or coalesce(sum(sign) filter (where good), 0) <> 0
