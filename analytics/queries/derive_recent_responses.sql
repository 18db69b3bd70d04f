-- The newest provider responses, for the memory of recent calls. One row: one call.
--   $rows   bigint   how many at most
select c.response_key
from model_calls c
where c.response_key is not null
order by c.batch_seq desc
limit $rows
