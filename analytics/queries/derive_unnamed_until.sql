-- One row: the start of the newest call without a provider response id; null when there is none.
select epoch_ns(max(c.started_at)) as start_ns
from model_calls c
where c.response_key is null and c.input_tokens is not null
