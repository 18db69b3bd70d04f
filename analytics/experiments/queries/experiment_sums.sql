-- What is compared between variants. One row: one variant x one measure, with sums over requests and over units.
--   measure, name   cost_usd, latency_ms, slow_ratio, error_ratio; evaluation and outcome with their name
--   n, x            the figure is sum x / sum n; nn, xx, nx are sums of squares and products over units, those that end in
--                   _each over requests
--   $name                  varchar   the experiment
--   $start_ns, $until_ns   bigint    nanoseconds since 1970, half-open
--   $unit                  varchar   tenant, user, session or request
-- Slow is slower than the p95 of all variants together. A request without any call costs nothing; one without a price is
-- left out of the cost. An evaluation says its score, or else 1 for pass and 0 for fail.
with
-- take served
usual as (
    select quantile_disc(duration_ns, 0.95) as p95_ns from kept
),
-- take analytics.scored
-- take analytics.outcomes.came
had as (
    select distinct c.name, c.trace_id
    from came c
    semi join kept k on k.trace_id = c.trace_id
),
measured as (
    select variant, unit, 'cost_usd' as measure, '' as name, 1::double as n, coalesce(cost_usd, 0)::double as x
    from kept
    where cost_status in ('priced', 'none')
    union all
    select variant, unit, 'latency_ms', '', 1, duration_ns / 1e6
    from kept
    union all
    select variant, unit, 'slow_ratio', '', 1, (duration_ns > p95_ns)::integer
    from kept, usual
    union all
    select variant, unit, 'error_ratio', '', 1, (status = 'error')::integer
    from kept
    union all
    select k.variant, any_value(k.unit), 'evaluation', s.measure, sum(s.weight), sum(s.weight * s.score)
    from scored s
    join kept k on k.trace_id = s.trace_id
    where s.score is not null
    group by k.variant, k.trace_id, s.measure
    union all
    select k.variant, k.unit, 'outcome', c.name, 1, (h.trace_id is not null)::integer
    from kept k
    cross join (select distinct name from had) c
    left join had h on h.trace_id = k.trace_id and h.name = c.name
),
by_unit as (
    select
        variant, measure, name, unit, count(*) as requests, sum(n) as n, sum(x) as x, sum(n * n) as nn_each,
        sum(x * x) as xx_each, sum(n * x) as nx_each
    from measured
    group by all
)
select
    variant, measure, name, sum(requests)::bigint as requests, count(*) as units, sum(n) as n, sum(x) as x,
    sum(n * n) as nn, sum(x * x) as xx, sum(n * x) as nx, sum(nn_each) as nn_each, sum(xx_each) as xx_each,
    sum(nx_each) as nx_each
from by_unit
group by variant, measure, name
order by measure, name, variant
