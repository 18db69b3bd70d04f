-- How many spans were billed for something. One row: one combination of attribution words x provider x model; absent
-- words are null. A span counts once, however many usage classes it has.
--   $start_ns, $until_ns   bigint   nanoseconds since 1970, half-open, by the start of the span
with billed as (
    select l.trace_id, l.span_id, any_value(l.attribution_id) as attribution_id, any_value(l.rate_id) as rate_id
    from ledger_lines l
    where l.started_at >= make_timestamp_ns($start_ns) and l.started_at < make_timestamp_ns($until_ns)
    group by l.trace_id, l.span_id
)

select
    a.tenant, a.team, a.feature, a.route, a.tier, a.environment, a.cost_center, a.project,
    r.provider, coalesce(r.priced_model, r.model, r.response_model, r.request_model) as model,
    count(*) as calls
from billed b
left join attributions a on a.attribution_id = b.attribution_id
join rates r on r.rate_id = b.rate_id
group by all
