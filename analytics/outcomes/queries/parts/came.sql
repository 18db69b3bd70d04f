-- What came of requests: outcomes with the trace they are about, null while no call is known that the response id names.
responses as (
    select response_id, min(trace_id) as trace_id
    from model_calls
    where response_id in (select response_id from outcomes where trace_id is null)
    group by response_id
),

came as (
    select o.* replace (coalesce(o.trace_id, r.trace_id) as trace_id)
    from outcomes o
    left join responses r on r.response_id = o.response_id and o.trace_id is null
)
