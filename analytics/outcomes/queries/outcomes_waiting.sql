-- How many outcomes of a window have no request yet. One row.
--   $start_ns, $until_ns   bigint    nanoseconds since 1970: when they happened, half-open
--   $name                  varchar   null means every one
with told as (
    select * from outcomes
    where happened_at >= make_timestamp_ns($start_ns) and happened_at < make_timestamp_ns($until_ns)
        and ($name is null or name = $name)
),

answered as (
    select response_id, min(trace_id) as trace_id
    from model_calls
    where response_id in (select response_id from told where trace_id is null)
    group by response_id
)

select count(*)::bigint as waiting
from told o
left join answered a on a.response_id = o.response_id and o.trace_id is null
where not exists (from requests q where q.trace_id = coalesce(o.trace_id, a.trace_id))
