-- How well answers of a window did, by class of traffic and model. One row: one route x feature x size x model x measure,
-- with the sums that experiment_sums has; a unit is a user, or a request that names none.
--   measure, name   latency_ms, error_ratio; evaluation and outcome with their name
--   $start_ns, $until_ns      bigint    ends of requests, nanoseconds since 1970, half-open
--   $small_below, $large_from bigint    input tokens
--   $route, $feature, $tenant varchar   null means every one, '' those without one
with
-- take answered
-- take analytics.scored
-- take analytics.outcomes.came
had as (
    select distinct name, trace_id from came
),
told as (
    select distinct c.name, k.route, k.feature, k.size
    from had c
    join answered k on k.trace_id = c.trace_id
),
measured as (
    select route, feature, size, model, unit, 'latency_ms' as measure, '' as name, 1::double as n, duration_ns / 1e6 as x
    from answered
    union all
    select route, feature, size, model, unit, 'error_ratio', '', 1, (status = 'error')::integer
    from answered
    union all
    select
        any_value(k.route), any_value(k.feature), any_value(k.size), any_value(k.model), any_value(k.unit), 'evaluation',
        s.measure, sum(s.weight), sum(s.weight * s.score)
    from scored s
    join answered k on k.trace_id = s.trace_id
    where s.score is not null
    group by k.trace_id, s.measure
    union all
    select k.route, k.feature, k.size, k.model, k.unit, 'outcome', t.name, 1, (c.trace_id is not null)::integer
    from answered k
    join told t
        on t.route is not distinct from k.route and t.feature is not distinct from k.feature
        and t.size is not distinct from k.size
    left join had c on c.trace_id = k.trace_id and c.name = t.name
),
by_unit as (
    select
        route, feature, size, model, measure, name, unit, count(*) as requests, sum(n) as n, sum(x) as x,
        sum(n * n) as nn_each, sum(x * x) as xx_each, sum(n * x) as nx_each
    from measured
    group by all
)
select
    route, feature, size, model, measure, name, sum(requests)::bigint as requests, count(*) as units, sum(n) as n,
    sum(x) as x, sum(n * n) as nn, sum(x * x) as xx, sum(n * x) as nx, sum(nn_each) as nn_each,
    sum(xx_each) as xx_each, sum(nx_each) as nx_each
from by_unit
group by route, feature, size, model, measure, name
order by all
