-- What answers of a window cite. One row: one group of requests with a citation figure.
--   coverage_told, citation_coverage   say which share of their claims cites a source; and the mean of it
--   valid_told, citation_valid         say which share of their citations holds; and the mean of it
--   invalid_answers           with at least one citation that does not hold
--   $start_ns, $until_ns, $told_until_ns   bigint   nanoseconds since 1970: the window, half-open; and until when its spans
--              end
--   $by_tenant ... $by_hour   boolean   whether to split by it
--   $tenant, $team, $feature, $route, $tier, $environment, $cost_center, $project   varchar   null means every one, '' those
--              without one
with owners as (
    select * from attributions
    where
-- take analytics.owned
),

told as (
    select trace_id, span_id, measure, max(value) as value
    from measures
    where measure in ('citation.coverage', 'citation.valid')
        and measured_at >= make_timestamp_ns($start_ns) and measured_at < make_timestamp_ns($told_until_ns)
    group by all
),

facts as (
    select whole_us(q.started_at) as cut_at, q.attribution_id, t.measure, t.value
    from told t
    join requests q on q.trace_id = t.trace_id
    where q.started_at >= make_timestamp_ns($start_ns) and q.started_at < make_timestamp_ns($until_ns)
)

select
-- take analytics.split
    count(*) filter (where f.measure = 'citation.coverage')::bigint as coverage_told,
    avg(f.value) filter (where f.measure = 'citation.coverage') as citation_coverage,
    count(*) filter (where f.measure = 'citation.valid')::bigint as valid_told,
    avg(f.value) filter (where f.measure = 'citation.valid') as citation_valid,
    count(*) filter (where f.measure = 'citation.valid' and f.value < 1)::bigint as invalid_answers
from facts f
join owners o on o.attribution_id = f.attribution_id
group by all
