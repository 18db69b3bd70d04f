-- Removes figures that are derived again.
--   old_figures   table shaped like figures
delete from figures f
using old_figures o
where o.batch_seq = f.batch_seq and o.measure = f.measure
    and o.record_index is not distinct from f.record_index
    and o.trace_id is not distinct from f.trace_id and o.span_id is not distinct from f.span_id
