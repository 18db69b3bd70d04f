-- Evaluations that were told in a window. One row: one result.
--   source                 'run' of a golden set, 'human', or null: whoever else sent it
--   $start_ns, $until_ns   bigint    instants of the evaluations, nanoseconds since 1970, until excluded
--   $name, $source         varchar   null means every one; source '' those without one
--   $tenant, $route        varchar   of the request it is about: null means every one, about nothing included; '' those
--                          without one
told as (
    select
        e.evaluation_name as name, json_extract_string(e.attributes, '$."burnline.evaluation.source"') as source,
        e.score_value, lower(e.score_label) as label, e.occurred_at, f.attribution_id
    from log_events e
    left join figures f on f.batch_seq = e.batch_seq and f.record_index = e.record_index
    left join attributions a on a.attribution_id = f.attribution_id
    where e.event_name = 'gen_ai.evaluation.result' and e.evaluation_name is not null
        and e.occurred_at >= make_timestamp_ns($start_ns) and e.occurred_at < make_timestamp_ns($until_ns)
        and ($name is null or e.evaluation_name = $name)
        and ($source is null or coalesce(source, '') = $source)
        and ($tenant is null or (f.attribution_id <> 0 and coalesce(a.tenant, '') = $tenant))
        and ($route is null or (f.attribution_id <> 0 and coalesce(a.route, '') = $route))
)
