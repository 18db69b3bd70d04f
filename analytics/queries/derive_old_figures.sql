-- Figures as they were, of the traces and evaluations that a derivation touches. One row: one row of figures.
--   again      table(trace_id uuid): touched traces that were derived before
--   events     as for derive_figures
--   $from_ns   bigint   no span of a touched trace starts before this, unix nanoseconds
select f.*
from figures f
join again a on a.trace_id = f.trace_id
where f.record_index is null and f.told_at >= make_timestamp_ns($from_ns)
union all
select f.*
from figures f
join events e on e.batch_seq = f.batch_seq and e.record_index = f.record_index
