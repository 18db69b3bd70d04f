-- One row: one OTLP request, compressed as it was sent.
--   batches_wanted   table(batch_seq bigint)
select p.batch_seq, p.codec, p.raw_bytes, p.body
from payloads p
where p.batch_seq in (select b.batch_seq from batches_wanted b)
order by p.batch_seq desc
