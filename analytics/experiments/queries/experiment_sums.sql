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
judged as (
    select k.variant, any_value(k.unit) as unit, 'evaluation' as measure, s.measure as name, sum(s.weight)::double as n,
        sum(s.weight * s.score)::double as x
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
asked as (
    select
        variant, unit, cost_status in ('priced', 'none') as priced, coalesce(cost_usd, 0)::double as cost,
        duration_ns / 1e6 as ms, duration_ns > p95_ns as slow, status = 'error' as failed
    from kept, usual
),
units as (
    select
        variant, unit, count(*) as requests, count(*) filter (where priced) as priced,
        sum(cost) filter (where priced) as cost, sum(cost * cost) filter (where priced) as cost_each,
        sum(ms) as ms, sum(ms * ms) as ms_each, count(*) filter (where slow) as slow, count(*) filter (where failed) as failed
    from asked
    group by variant, unit
),
of_requests as (
    select variant, unnest([
        {'measure': 'cost_usd', 'requests': priced, 'x': cost, 'xx_each': cost_each},
        {'measure': 'latency_ms', 'requests': requests, 'x': ms, 'xx_each': ms_each},
        {'measure': 'slow_ratio', 'requests': requests, 'x': slow::double, 'xx_each': slow::double},
        {'measure': 'error_ratio', 'requests': requests, 'x': failed::double, 'xx_each': failed::double}
    ], recursive := true)
    from units
),
by_unit as (
    select
        variant, measure, '' as name, requests, requests::double as n, x, requests::double as nn_each, xx_each,
        x as nx_each
    from of_requests
    where requests > 0
    union all
    select
        variant, measure, name, count(*), sum(n), sum(x), sum(n * n), sum(x * x), sum(n * x)
    from judged
    group by variant, measure, name, unit
)
select
    variant, measure, name, sum(requests)::bigint as requests, count(*) as units, sum(n) as n, sum(x) as x,
    sum(n * n) as nn, sum(x * x) as xx, sum(n * x) as nx, sum(nn_each) as nn_each, sum(xx_each) as xx_each,
    sum(nx_each) as nx_each
from by_unit
group by variant, measure, name
order by measure, name, variant
