-- The worst of the bad requests. One row: one request.
--   events         table(trace_id uuid, span_id ubigint, attribution_id ubigint, stage varchar, provider varchar,
--                  model varchar, good boolean, weight double)
--   $start, $until timestamp   requests that were at work within
--   $by            varchar     'failed': the newest failures; 'slow': the slowest; 'dear': the dearest; 'tokens': the most tokens;
--                              'refused', 'told': the newest
--   $limit         bigint      rows at most
select
    trace_hex(q.trace_id) as trace_id, epoch_ns(q.started_at) as started_at_ns, q.duration_ns, q.status, q.error_type,
    q.cost_usd, a.tenant, a.route,
    case when coalesce(q.input_tokens, q.output_tokens) is not null
        then coalesce(q.input_tokens, 0) + coalesce(q.output_tokens, 0) end as tokens
from requests q
semi join (select trace_id from events where not good) e on e.trace_id = q.trace_id
left join attributions a on a.attribution_id = q.attribution_id
where q.last_started_at >= $start and q.first_started_at < $until
order by
    case $by
        when 'slow' then q.duration_ns::double
        when 'dear' then q.cost_usd::double
        when 'tokens' then (coalesce(q.input_tokens, 0) + coalesce(q.output_tokens, 0))::double
        when 'failed' then (q.status = 'error')::double
    end desc nulls last,
    q.started_at desc, q.trace_id
limit $limit
