-- The requests that show most of what moved. One row: one request.
--   $start, $until       timestamp   requests that ended within
--   $dimension, $value   varchar     whose requests: all, or those of one tenant, route or model
--   $measure             varchar     what is looked at, by the names that finding_requests has
--   $told                boolean     whether it is a figure that spans and evaluations tell
--   $largest             boolean     whether the largest figures show it, or the smallest
--   $limit               bigint      rows at most
with
calls as (
    select distinct c.trace_id
    from model_calls c
    where $dimension = 'model' and c.started_at >= $start::timestamp - interval 1 hour and c.started_at < $until
        and $value in (c.request_model, c.response_model)
),
told as (
    select f.trace_id, avg(f.value) as figure
    from figures f
    where $told and f.measure = $measure and f.told_at >= $start and f.told_at < $until::timestamp + interval 1 hour
    group by f.trace_id
),
measured as (
    select
        q.trace_id, q.ended_at,
        case
            when $told then t.figure
            when $measure = 'cost' then q.cost_usd::double
            when $measure = 'input_tokens' then q.input_tokens::double
            when $measure = 'output_tokens' then q.output_tokens::double
            when $measure = 'errors' then nullif((q.status = 'error')::integer, 0)::double
            when $measure = 'refusals' then
                case when is_refused(q.error_type, q.finish_reason) then 1.0 end
            else q.duration_ns / 1e6
        end as figure
    from requests q
    left join attributions a on a.attribution_id = q.attribution_id
    left join told t on t.trace_id = q.trace_id
    where q.ended_at >= $start and q.ended_at < $until and q.complete
        and ($dimension <> 'tenant' or a.tenant = $value)
        and ($dimension <> 'route' or a.route = $value)
        and ($dimension <> 'model' or q.trace_id in (select c.trace_id from calls c))
)
select trace_hex(trace_id) as trace_id, figure
from measured
where figure is not null
order by case when $largest then -figure else figure end, ended_at desc, trace_id
limit $limit
