-- One row: one of the newest stored OTLP requests that hold spans.
--   $limit   bigint
select p.batch_seq
from payloads p
where p.signal = 'traces'
order by p.batch_seq desc
limit $limit
