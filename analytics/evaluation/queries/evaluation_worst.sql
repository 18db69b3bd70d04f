-- Stored requests that were judged worst. One row: one evaluation of a stored request, the lowest score first; a failure that
-- has no score counts as 0.
--   $start_ns, $until_ns   bigint    instants of the evaluations, nanoseconds since 1970, until excluded
--   $name, $source         varchar   null means every one; source '' those without one
--   $tenant, $route        varchar   null means every one, '' those without one
--   $limit, $offset        bigint    rows, and how many are left out before them
with told as (
    select
        f.trace_id, f.span_id, f.attribution_id, epoch_ns(f.told_at) as at_ns, f.measure as name, f.value as score,
        f.label, e.explanation, json_extract_string(e.attributes, '$."burnline.evaluation.source"') as source,
        lower(f.label) in ('fail', 'failed', 'bad', 'incorrect', 'no') as failed
    from figures f
    join log_events e on e.batch_seq = f.batch_seq and e.record_index = f.record_index
    where f.record_index is not null and f.attribution_id <> 0
        and f.told_at >= make_timestamp_ns($start_ns) and f.told_at < make_timestamp_ns($until_ns)
        and ($name is null or f.measure = $name)
)

select
    trace_hex(t.trace_id) as trace_id, t.at_ns, t.name, t.source, t.score, t.label, t.explanation, a.tenant, a.route
from told t
join attributions a on a.attribution_id = t.attribution_id
where (t.failed or t.score < 1)
    and ($source is null or coalesce(t.source, '') = $source)
    and ($tenant is null or coalesce(a.tenant, '') = $tenant)
    and ($route is null or coalesce(a.route, '') = $route)
order by coalesce(t.score, 0), t.at_ns desc, t.trace_id, t.name
limit $limit offset $offset
