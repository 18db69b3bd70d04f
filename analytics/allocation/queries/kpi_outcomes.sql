-- Outcomes of the requests that ended in a window, from evaluation events whenever they came; the last word of an
-- evaluation about a request counts. One row: one evaluation x label; label is null for a score without a word.
-- cost_usd is null when none of the requests has a price; unpriced counts those that cost something nobody can compute.
--   $start_ns, $until_ns   bigint   nanoseconds since 1970, half-open, by the end of the request
--   $tenant, $team, $feature, $route, $cost_center   varchar   null means every one, '' those without one
with ended as (
    select q.trace_id, q.cost_usd, q.cost_status
    from requests q
    left join attributions a on a.attribution_id = q.attribution_id
    where q.complete and q.ended_at >= make_timestamp_ns($start_ns) and q.ended_at < make_timestamp_ns($until_ns)
-- take owned
),

last_words as (
    select
        trace_id, evaluation_name,
        arg_max(coalesce(score_label, ''), (occurred_at, batch_seq, record_index)) as label
    from log_events
    where evaluation_name is not null and trace_id in (select trace_id from ended)
    group by trace_id, evaluation_name
)

select
    w.evaluation_name, nullif(w.label, '') as label, count(*) as requests, sum(e.cost_usd) as cost_usd,
    count(*) filter (where e.cost_status in ('unpriced', 'partial')) as unpriced
from last_words w
join ended e on e.trace_id = w.trace_id
group by all
