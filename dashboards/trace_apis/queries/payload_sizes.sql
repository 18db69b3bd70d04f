-- One row: one stored OTLP request and its bytes before compression; none once retention dropped it.
--   batches_wanted   table(batch_seq bigint)
select p.batch_seq, p.raw_bytes
from payloads p
where p.batch_seq in (select b.batch_seq from batches_wanted b)
order by p.batch_seq desc
