-- What was evaluated in a window. One row: one evaluation by its name and who says it.
--   source          'run' of a golden set, 'human', or null: whoever else sent it, as evaluators of traffic do
--   mean_score      of those with a score; null without any
--   spread, least, greatest   of the scores: standard deviation, and the ends of their range
--   about_requests  how many are about a request that is stored
--   $start_ns, $until_ns   bigint    instants of the evaluations, nanoseconds since 1970, until excluded
--   $name           varchar   null means every one
--   $source         varchar   null means every one, '' those without one
--   $tenant, $route   varchar   of the request it is about: null means every one, about nothing included; '' those without
--                   one
with told as (
    select
        e.evaluation_name as name, json_extract_string(e.attributes, '$."burnline.evaluation.source"') as source,
        e.score_value, lower(e.score_label) as label, e.occurred_at, f.attribution_id
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
    name, source, count(*) as results, count(score_value) as scored, avg(score_value) as mean_score,
    stddev_samp(score_value) as spread, min(score_value) as least, max(score_value) as greatest,
    count(*) filter (where label in ('pass', 'passed')) as passed,
    count(*) filter (where label in ('fail', 'failed')) as failed,
    count(*) filter (where attribution_id <> 0) as about_requests,
    epoch_ns(min(occurred_at)) as first_at_ns, epoch_ns(max(occurred_at)) as last_at_ns
from told
where $source is null or coalesce(source, '') = $source
group by name, source
order by name, source nulls first
