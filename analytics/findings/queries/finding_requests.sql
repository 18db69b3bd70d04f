-- What requests had in common before and since something moved. One row: one combination of words, with how many requests
-- there were on both sides and what they add up to.
--   $before, $before_until    timestamp   requests that ended in the window before, half-open,
--   $start, $until            timestamp   and in the one since
--   $dimension, $value        varchar     whose requests: all, or those of one tenant, route or model
--   $measure                  varchar     what is added up: cost, input_tokens, output_tokens, errors, refusals, duration,
--                                         or a figure that spans and evaluations tell
--   $told                     boolean     whether it is such a figure
-- Of requests that do not tell the figure nothing is counted. Model and versions are those of the span with the most
-- tokens, or the last of the request.
with
asked as (
    select q.*, q.ended_at >= $start as since
    from requests q
    left join attributions a on a.attribution_id = q.attribution_id
    where (q.ended_at >= $before and q.ended_at < $before_until or q.ended_at >= $start and q.ended_at < $until)
        and q.complete
        and ($dimension <> 'tenant' or a.tenant = $value)
        and ($dimension <> 'route' or a.route = $value)
),
calls as (
    select
        c.trace_id, arg_max(coalesce(c.request_model, c.response_model), coalesce(c.output_tokens, 0)) as model,
        arg_max(coalesce(c.response_model, c.request_model), coalesce(c.output_tokens, 0)) as version,
        max(coalesce(c.provider, '')) as provider,
        bool_or($value in (c.request_model, c.response_model)) as wanted
    from model_calls c
    where c.started_at >= $before::timestamp - interval 1 hour and c.started_at < $until
    group by c.trace_id
),
versions as (
    select
        s.trace_id, max(s.service_version) as release, max(coalesce(s.prompt_name || ' ', '') || s.prompt_version) as prompt,
        max(coalesce(s.index_name || ' ', '') || s.index_version) as index
    from spans s
    where s.started_at >= $before::timestamp - interval 1 hour and s.started_at < $until
        and (s.service_version is not null or s.prompt_version is not null or s.index_version is not null)
    group by s.trace_id
),
told as (
    select f.trace_id, avg(f.value) as figure
    from figures f
    where $told and f.measure = $measure and f.told_at >= $before and f.told_at < $until::timestamp + interval 1 hour
    group by f.trace_id
),
measured as (
    select
        q.*,
        case
            when $told then t.figure
            when $measure = 'cost' then q.cost_usd::double
            when $measure = 'input_tokens' then q.input_tokens::double
            when $measure = 'output_tokens' then q.output_tokens::double
            when $measure = 'errors' then (q.status = 'error')::integer::double
            when $measure = 'refusals' then
                is_refused(q.error_type, q.finish_reason)::integer::double
            else q.duration_ns / 1e6
        end as figure
    from asked q
    left join told t on t.trace_id = q.trace_id
)
select
    c.version as model_version, v.prompt, v.index, v.release, c.model, a.route, a.feature, a.tenant, a.tier,
    count(*) filter (where not q.since) as before_requests,
    coalesce(sum(q.figure) filter (where not q.since), 0)::double as before_sum,
    count(*) filter (where q.since) as since_requests,
    coalesce(sum(q.figure) filter (where q.since), 0)::double as since_sum
from measured q
left join calls c on c.trace_id = q.trace_id
left join versions v on v.trace_id = q.trace_id
left join attributions a on a.attribution_id = q.attribution_id
where q.figure is not null and ($dimension <> 'model' or coalesce(c.wanted, false))
group by all
order by all
