-- What each variant of an experiment did. One row: one variant.
--   mixed_requests   of units that met several variants: in nothing else of the row
--   cost_usd         of all requests; null where none has a price
--   priced_cost_usd  of the requests that are wholly priced
--   $name                  varchar   the experiment
--   $start_ns, $until_ns   bigint    nanoseconds since 1970, half-open
--   $unit                  varchar   tenant, user, session or request
with
-- take served
answered as (
    select k.variant, list(distinct coalesce(c.response_model, c.request_model)) as models
    from kept k
    join model_calls c on c.trace_id = k.trace_id
    where c.started_at >= make_timestamp_ns($start_ns - 3600000000000) and c.started_at < make_timestamp_ns($until_ns)
    group by k.variant
),
whole as (
    select
        variant, count(*) as requests, count(distinct unit) as units, count(*) filter (where status = 'error') as errors,
        sum(cost_usd) as cost_usd, coalesce(sum(cost_usd) filter (where cost_status = 'priced'), 0) as priced_cost_usd,
        count(*) filter (where cost_status in ('partial', 'unpriced')) as unpriced_requests,
        quantile_disc(duration_ns, 0.5)::bigint as p50_ns, quantile_disc(duration_ns, 0.95)::bigint as p95_ns
    from kept
    group by variant
),
lost as (
    select variant, count(*) as mixed_requests
    from served
    semi join mixed on mixed.unit = served.unit
    group by variant
)
select
    variant, coalesce(w.requests, 0) as requests, coalesce(w.units, 0) as units, coalesce(w.errors, 0) as errors,
    w.cost_usd, w.priced_cost_usd, coalesce(w.unpriced_requests, 0) as unpriced_requests, w.p50_ns, w.p95_ns,
    coalesce(l.mixed_requests, 0) as mixed_requests, list_sort(coalesce(a.models, [])) as models
from whole w
full join lost l using (variant)
left join answered a using (variant)
order by variant
