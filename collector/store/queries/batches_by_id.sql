-- One row: one batch of `wanted` that is committed.
--   wanted   table(batch_id uuid)
select b.batch_id, b.received, b.stored, b.duplicate, b.rejected
from batches b
where b.batch_id in (select w.batch_id from wanted w)
