-- One row: one OTLP request, compressed as it was sent, that holds spans of a trace; none once retention dropped it.
--   $trace_id   varchar   32 hex digits
select batch_seq, codec, raw_bytes, body
from payloads
where batch_seq in (select batch_seq from spans where trace_id = $trace_id::uuid)
order by batch_seq
