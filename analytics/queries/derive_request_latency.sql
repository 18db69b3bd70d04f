-- Adds the durations of requests to latency_minutes. One row inserted: one minute x attribution x bucket that moves.
--   fresh   table shaped like requests, with sign: +1 for a request as it is now, -1 for the same as it was before
insert into latency_minutes by name
select
    date_trunc('minute', whole_us(ended_at)) as minute_at,
    attribution_id,
    'request' as stage,
    null as provider,
    null as model,
    latency_bucket(duration_ns) as bucket,
    sum(sign) as observations,
    coalesce(sum(sign) filter (where status = 'error'), 0) as errors,
    coalesce(sum(sign) filter (where is_refused(error_type, finish_reason)), 0) as refusals
from fresh
where complete
group by all
having sum(sign) <> 0 or coalesce(sum(sign) filter (where status = 'error'), 0) <> 0
    or coalesce(sum(sign) filter (where is_refused(error_type, finish_reason)), 0) <> 0
