-- Which of these evaluations are stored already, sent again in another batch. One row: one of `wanted` that is.
--   wanted              table(row bigint, trace_id uuid, span_id ubigint, response_id varchar, evaluation_name varchar,
--                       occurred_at timestamp_ns, score_value double, score_label varchar)
--   $from_ns, $until_ns bigint   bounds of their instants, unix nanoseconds, both included
select distinct w.row
from log_events e
join wanted w
    on w.occurred_at = e.occurred_at and w.evaluation_name = e.evaluation_name
    and w.trace_id is not distinct from e.trace_id
    and w.span_id is not distinct from e.span_id
    and w.response_id is not distinct from e.response_id
    and w.score_value is not distinct from e.score_value
    and w.score_label is not distinct from e.score_label
where e.evaluation_name is not null
    and e.occurred_at >= make_timestamp_ns($from_ns) and e.occurred_at <= make_timestamp_ns($until_ns)
