-- Experiments that answers of a window were part of. One row: one class of traffic x model x experiment.
--   $start_ns, $until_ns      bigint    ends of requests, nanoseconds since 1970, half-open
--   $small_below, $large_from bigint    input tokens
--   $route, $feature, $tenant varchar   null means every one, '' those without one
with
-- take answered
drawn as (
    select distinct s.trace_id, s.experiment
    from spans s
    where s.experiment is not null and s.variant is not null
        and s.started_at >= make_timestamp_ns($start_ns - 3600000000000) and s.started_at < make_timestamp_ns($until_ns)
)
select k.route, k.feature, k.size, k.model, d.experiment, count(*) as requests
from answered k
join drawn d on d.trace_id = k.trace_id
group by all
order by all
