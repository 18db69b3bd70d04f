-- Runs over golden sets that were sent. One row: one metric of one run, the newest run first.
--   $start_ns, $until_ns   bigint    starts of the runs, nanoseconds since 1970, until excluded
--   $name           varchar   one metric; null means every one
select
    json_extract_string(attributes, '$."burnline.evaluation.run_id"') as run_id,
    epoch_ns(min(min(occurred_at)) over (partition by run_id)) as started_at_ns,
    evaluation_name as name, count(*) as items, count(score_value) as scored, avg(score_value) as mean_score,
    count(distinct trace_id) as traces
from log_events
where event_name = 'gen_ai.evaluation.result' and evaluation_name is not null
    and occurred_at >= make_timestamp_ns($start_ns) and occurred_at < make_timestamp_ns($until_ns)
    and json_extract_string(attributes, '$."burnline.evaluation.source"') = 'run'
    and ($name is null or evaluation_name = $name)
group by run_id, name
order by started_at_ns desc, run_id, name
