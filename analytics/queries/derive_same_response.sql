-- Derived calls with one of the wanted provider responses: the same call told twice, unless more than $most calls have
-- the id, which was made up then. One row: one trace of one response, or (not joined, without a trace) a made-up id.
--   wanted                table(response_key ubigint, first_ns bigint, last_ns bigint): the wanted calls of a response
--                         start from first to last, unix nanoseconds
--   $after                bigint   calls of batches up to this one
--   $most                 bigint   copies one call can have
--   $within_ns            bigint   copies of one call start within this, nanoseconds
--   $from_ns, $until_ns   bigint   bounds of all starts that can matter, unix nanoseconds
with same as (
    select c.response_key, c.trace_id
    from model_calls c
    join wanted w
        on w.response_key = c.response_key
        and epoch_ns(c.started_at) >= w.first_ns - $within_ns
        and epoch_ns(c.started_at) - $within_ns <= w.last_ns
    where c.batch_seq <= $after
        and c.started_at >= make_timestamp_ns($from_ns) and c.started_at <= make_timestamp_ns($until_ns)
),
counted as (
    select response_key, count(*) <= $most as joined
    from same
    group by response_key
)
select distinct s.response_key, case when c.joined then s.trace_id end as trace_id, c.joined
from same s
join counted c on c.response_key = s.response_key
