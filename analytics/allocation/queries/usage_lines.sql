-- What was used and what it cost. One row: one combination of attribution words x provider x model x usage class;
-- absent words are null. model is the priced model, else the one that was reported. Unpriced usage counts as no cost.
--   $start_ns, $until_ns   bigint   nanoseconds since 1970, whole minutes, half-open
with sums as (
    select attribution_id, rate_id, sum(quantity) as quantity, sum(cost_usd) as cost_usd
    from cost_minutes
    where minute_at >= make_timestamp_ns($start_ns)::timestamp and minute_at < make_timestamp_ns($until_ns)::timestamp
    group by all
    having sum(lines) <> 0
)

select
    a.tenant, a.team, a.feature, a.route, a.tier, a.environment, a.cost_center, a.project,
    r.provider, coalesce(r.priced_model, r.model, r.response_model, r.request_model) as model, r.usage_class,
    sum(s.quantity)::decimal(38, 0) as quantity,
    sum(s.cost_usd)::decimal(38, 15) as cost_usd
from sums s
left join attributions a on a.attribution_id = s.attribution_id
join rates r on r.rate_id = s.rate_id
group by all
