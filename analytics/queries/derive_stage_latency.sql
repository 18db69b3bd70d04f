-- Adds the durations of spans to latency_minutes, by kind and model. One row inserted: one minute x attribution x kind x
-- model x bucket that moves. Spans of kind request are left out: a request is timed once, as a whole, under the stage of
-- the same name.
--   stages   table(ended_at timestamp_ns, attribution_id ubigint, stage varchar, provider varchar, model varchar,
--            duration_ns bigint, failed boolean, error_type varchar, finish_reason varchar, sign bigint): +1 for a span as it
--            counts now, -1 as it counted before
insert into latency_minutes by name
select
    date_trunc('minute', whole_us(ended_at)) as minute_at,
    attribution_id,
    stage,
    provider,
    model,
    latency_bucket(duration_ns) as bucket,
    sum(sign)::bigint as observations,
    coalesce(sum(sign) filter (where failed), 0)::bigint as errors,
    coalesce(sum(sign) filter (where is_refused(error_type, finish_reason)), 0)::bigint as refusals
from stages
where stage is distinct from 'request'
group by all
having sum(sign) <> 0
