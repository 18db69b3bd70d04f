-- Traces that hold a call with one of the wanted provider responses: the same call told twice. One row: one trace.
--   wanted                table(response_key ubigint)
--   $after                bigint   calls of batches up to this one
--   $from_ns, $until_ns   bigint   unix nanoseconds; copies of one call start within seconds of each other
select distinct c.trace_id
from model_calls c
where c.response_key in (select w.response_key from wanted w)
    and c.batch_seq <= $after
    and c.started_at >= make_timestamp_ns($from_ns) and c.started_at <= make_timestamp_ns($until_ns)
