-- Stored requests that were judged worst. One row: one evaluation of a stored request, the lowest score first; a failure that
-- has no score counts as 0.
--   $start_ns, $until_ns   bigint    instants of the evaluations, nanoseconds since 1970, until excluded
--   $name, $source         varchar   null means every one; source '' those without one
--   $tenant, $route        varchar   null means every one, '' those without one
--   $limit, $offset        bigint    rows, and how many are left out before them
-- Who said it stands in the event, which is looked for once few are left: of every one only where the filter asks for it.
with told as (
    select
        f.batch_seq, f.record_index, f.trace_id, epoch_ns(f.told_at) as at_ns, f.measure as name, f.value as score, f.label,
        a.tenant, a.route
    from figures f
    join attributions a on a.attribution_id = f.attribution_id
    where f.record_index is not null and f.attribution_id <> 0
        and f.told_at >= make_timestamp_ns($start_ns) and f.told_at < make_timestamp_ns($until_ns)
        and ($name is null or f.measure = $name)
        and ($tenant is null or coalesce(a.tenant, '') = $tenant)
        and ($route is null or coalesce(a.route, '') = $route)
        and (f.value < 1 or lower(f.label) in ('fail', 'failed', 'bad', 'incorrect', 'no'))
    order by coalesce(f.value, 0), at_ns desc, f.trace_id, name
    limit case when $source is null then $limit + $offset else 1_000_000_000 end
)

select
    trace_hex(t.trace_id) as trace_id, t.at_ns, t.name, e.source, t.score, t.label, e.explanation, t.tenant, t.route
from told t
join (
    select
        batch_seq, record_index, explanation, json_extract_string(attributes, '$."burnline.evaluation.source"') as source
    from log_events
    where occurred_at >= make_timestamp_ns($start_ns) and occurred_at < make_timestamp_ns($until_ns)
) e on e.batch_seq = t.batch_seq and e.record_index = t.record_index
where $source is null or coalesce(e.source, '') = $source
order by coalesce(t.score, 0), t.at_ns desc, t.trace_id, t.name
limit $limit offset $offset
