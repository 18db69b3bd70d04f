-- Outcomes by their ids. One row: one that is known; joined: whether its request is there.
--   $outcome_ids   varchar[]   32 hex digits each
with known as (
    select * from outcomes where outcome_id in (select unnest($outcome_ids::varchar[])::uuid)
),

answered as (
    select response_id, min(trace_id) as trace_id
    from model_calls
    where response_id in (select response_id from known where trace_id is null)
    group by response_id
)

select
    trace_hex(k.outcome_id) as outcome_id, k.content_sha256,
    exists (from requests q where q.trace_id = coalesce(k.trace_id, a.trace_id)) as joined
from known k
left join answered a on a.response_id = k.response_id
