-- One row: one request, whom it was for and what it took as a whole.
--   wanted   table(trace_id varchar)   32 hex digits each
select
    trace_hex(r.trace_id) as trace_id, r.cost_usd, r.cost_status, r.input_tokens, r.output_tokens,
    a.tenant, a.team, a.feature, a.route, a.tier
from requests r
left join attributions a on a.attribution_id = r.attribution_id
where r.trace_id in (select w.trace_id::uuid from wanted w)
