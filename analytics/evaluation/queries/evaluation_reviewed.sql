-- What was said of answers that a person has reviewed. One row: one evaluation of such an answer.
--   about    the answer: its trace, or run and item of a golden set where it has none
--   source   'human', 'run' of a golden set, or null: whoever else sent it
--   $start_ns, $until_ns   bigint    instants of the reviews, nanoseconds since 1970, until excluded
--   $told_from_ns          bigint    nothing that was said before this counts
--   $limit                 bigint    answers, the ones reviewed last
with told as (
    select
        coalesce(
            trace_hex(coalesce(f.trace_id, e.trace_id)),
            json_extract_string(e.attributes, '$."burnline.evaluation.run_id"')
                || '/' || json_extract_string(e.attributes, '$."burnline.evaluation.item_id"')
        ) as about,
        e.evaluation_name as name, json_extract_string(e.attributes, '$."burnline.evaluation.source"') as source,
        e.score_value as score, e.score_label as label, e.occurred_at
    from log_events e
    left join figures f on f.batch_seq = e.batch_seq and f.record_index = e.record_index
    where e.event_name = 'gen_ai.evaluation.result' and e.evaluation_name is not null
        and e.occurred_at >= make_timestamp_ns($told_from_ns)
),

reviewed as (
    select about
    from told
    where source = 'human' and about is not null
        and occurred_at >= make_timestamp_ns($start_ns) and occurred_at < make_timestamp_ns($until_ns)
    group by about
    order by max(occurred_at) desc, about
    limit $limit
)

select t.about, t.name, t.source, t.score, t.label
from told t
join reviewed r using (about)
order by t.about, t.name, t.occurred_at
