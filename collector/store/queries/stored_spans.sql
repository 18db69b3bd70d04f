-- One row: one span of `wanted` that is stored already. The time bounds let whole row groups be skipped; a repeat has
-- the same start as the span it repeats.
--   wanted      table(row integer, trace_id uuid, span_id ubigint)
--   $from_ns    bigint   earliest start among the wanted, unix nanoseconds
--   $until_ns   bigint   latest start among the wanted, included
select w.row
from wanted w
join spans s on s.trace_id = w.trace_id and s.span_id = w.span_id
where s.started_at >= make_timestamp_ns($from_ns) and s.started_at <= make_timestamp_ns($until_ns)
