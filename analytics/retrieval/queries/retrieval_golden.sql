-- The newest run over a golden set that says how well documents are found. One row: one of its retrieval metrics.
--   items, scored, mean_score   results; those with a score; their mean, null without any
--   $start_ns, $until_ns   bigint      starts of runs, nanoseconds since 1970, until excluded
--   $metrics               varchar[]   names of metrics, without what stands behind an @
with told as (
    select
        json_extract_string(attributes, '$."burnline.evaluation.run_id"') as run_id, evaluation_name as name, score_value,
        occurred_at
    from log_events
    where event_name = 'gen_ai.evaluation.result'
        and occurred_at >= make_timestamp_ns($start_ns) and occurred_at < make_timestamp_ns($until_ns)
        and json_extract_string(attributes, '$."burnline.evaluation.source"') = 'run'
        and list_contains($metrics, split_part(evaluation_name, '@', 1))
),

newest as (
    select run_id, min(occurred_at) as started_at from told group by run_id order by started_at desc, run_id limit 1
)

select
    run_id, epoch_ns(any_value(n.started_at)) as started_at_ns, name, count(*) as items, count(score_value) as scored,
    avg(score_value) as mean_score
from told
join newest n using (run_id)
group by run_id, name
order by name
