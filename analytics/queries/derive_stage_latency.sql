-- Adds the durations of new spans to latency_minutes, by kind and model. A span is stored once and never changes, so
-- this is never taken back. One row inserted: one minute x attribution x kind x model x bucket. Spans of kind request
-- are left out: a request is timed once, as a whole, under the stage of the same name.
--   stages   table(ended_at timestamp_ns, attribution_id ubigint, stage varchar, provider varchar, model varchar,
--            duration_ns bigint, failed boolean)
insert into latency_minutes by name
select
    date_trunc('minute', ended_at)::timestamp as minute_at,
    attribution_id,
    stage,
    provider,
    model,
    latency_bucket(duration_ns) as bucket,
    count(*) as observations,
    count(*) filter (where failed) as errors
from stages
where stage is distinct from 'request'
group by all
