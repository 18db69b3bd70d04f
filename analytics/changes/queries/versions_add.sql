-- Adds what batches say about versions. One row inserted or moved: one version in one hour. A late span moves the first
-- sighting of its hour, whenever it comes; spans with broken clocks say nothing about when.
--   $after, $until   bigint   batches after the one, up to the other
insert into version_hours by name
with
told as (
    select 'release' as kind, service as name, service_version as version, started_at, trace_id
    from spans
    where batch_seq > $after and batch_seq <= $until and service_version is not null and suspect is null
    union all
    select 'prompt', prompt_name, prompt_version, started_at, trace_id
    from spans
    where batch_seq > $after and batch_seq <= $until and prompt_version is not null and suspect is null
    union all
    select 'index', index_name, index_version, started_at, trace_id
    from spans
    where batch_seq > $after and batch_seq <= $until and index_version is not null and suspect is null
    union all
    select 'configuration', configuration_name, configuration_version, started_at, trace_id
    from spans
    where batch_seq > $after and batch_seq <= $until and configuration_version is not null and suspect is null
    union all
    select 'model', request_model, response_model, started_at, trace_id
    from model_calls
    where batch_seq > $after and batch_seq <= $until and request_model is not null and response_model is not null
)
select
    kind,
    coalesce(name, '') as name,
    version,
    date_trunc('hour', whole_us(started_at)) as hour_at,
    min(started_at) as first_seen_at,
    max(started_at) as last_seen_at,
    count(*) as spans,
    list_distinct(arg_min(trace_id, started_at, 32)) as trace_ids
from told
group by all
on conflict do update set
    first_seen_at = least(first_seen_at, excluded.first_seen_at),
    last_seen_at = greatest(last_seen_at, excluded.last_seen_at),
    spans = spans + excluded.spans,
    trace_ids = case
        when len(trace_ids) >= 32 then trace_ids
        else list_slice(list_distinct(list_concat(trace_ids, excluded.trace_ids)), 1, 32)
    end
