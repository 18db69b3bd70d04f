-- The newest batch ids, for the index of identical retries. One row: one batch.
--   $rows   bigint   how many at most
select b.batch_id
from batches b
order by b.batch_seq desc
limit $rows
