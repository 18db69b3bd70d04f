-- How evaluations went over time. One row: one evaluation by its name and who says it, in one step.
--   source                 'run' of a golden set, 'human', or null: whoever else sent it
--   at_ns                  the beginning of the step, nanoseconds since 1970
--   results, scored        told in the step; and with a score
--   mean_score, spread     of the scores: mean and standard deviation; null where there are too few
--   least, greatest        score
--   $start_ns, $until_ns   bigint    instants of the evaluations, nanoseconds since 1970, until excluded
--   $step_ns               bigint    length of a step; steps begin at multiples of it
--   $name, $source         varchar   null means every one; source '' those without one
--   $tenant, $route        varchar   of the request it is about: null means every one, about nothing included; '' those
--                          without one
with told as (
    select
        e.evaluation_name as name, json_extract_string(e.attributes, '$."burnline.evaluation.source"') as source,
        e.score_value, epoch_ns(e.occurred_at) // $step_ns * $step_ns as at_ns
    from log_events e
    left join figures f on f.batch_seq = e.batch_seq and f.record_index = e.record_index
    left join attributions a on a.attribution_id = f.attribution_id
    where e.event_name = 'gen_ai.evaluation.result' and e.evaluation_name is not null
        and e.occurred_at >= make_timestamp_ns($start_ns) and e.occurred_at < make_timestamp_ns($until_ns)
        and ($name is null or e.evaluation_name = $name)
        and ($tenant is null or (f.attribution_id <> 0 and coalesce(a.tenant, '') = $tenant))
        and ($route is null or (f.attribution_id <> 0 and coalesce(a.route, '') = $route))
)

select
    name, source, at_ns, count(*) as results, count(score_value) as scored, avg(score_value) as mean_score,
    stddev_samp(score_value) as spread, min(score_value) as least, max(score_value) as greatest
from told
where $source is null or coalesce(source, '') = $source
group by name, source, at_ns
order by name, source nulls first, at_ns
