-- The newest spans, for the index of repeats. One row: one span.
--   $rows   bigint   how many at most
select s.trace_id, s.span_id
from spans s
where s.batch_seq > (select coalesce(max(b.batch_seq), 0) from batches b) - $rows
order by s.batch_seq desc
limit $rows
