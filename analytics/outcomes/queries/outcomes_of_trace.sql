-- What came of one request. One row: one outcome, in order of time.
--   $trace_id   varchar   32 hex digits
select
    trace_hex(outcome_id) as id, name, value, epoch_ns(happened_at) as at, epoch_ns(recorded_at) as recorded_at
from outcomes
where trace_id = $trace_id::uuid
    or trace_id is null and response_id in (select response_id from model_calls where trace_id = $trace_id::uuid)
order by outcomes.happened_at, outcome_id
