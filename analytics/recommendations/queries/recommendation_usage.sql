-- What answers of a window used, by class of traffic and model. One row: one route x feature x size x model x usage class.
--   size         by the input tokens of the request: small, medium or large; null where nobody told them
--   requests     of the class that the model answered: the same in each row of both
--   calls        lines of the usage class
--   cost_usd     of these lines; null where one has no price
--   first_ns     the first request of the class
--   $start_ns, $until_ns      bigint    ends of requests, nanoseconds since 1970, half-open
--   $small_below, $large_from bigint    input tokens
--   $route, $feature, $tenant varchar   null means every one, '' those without one
with
-- take answered
lined as (
    select
        n.route, n.feature, n.size, n.model, r.provider, r.usage_class, r.service_tier, r.region, l.quantity, l.cost_usd
    from ledger_lines l
    join answered n on n.trace_id = l.trace_id
    join rates r on r.rate_id = l.rate_id and r.model = n.model
    where l.started_at >= make_timestamp_ns($start_ns - 3600000000000) and l.started_at < make_timestamp_ns($until_ns)
        and l.purpose in ('answer', 'retry', 'fallback', 'failed_attempt')
),
counted as (
    select
        route, feature, size, model, count(*) as requests, avg(input_tokens)::bigint as mean_input_tokens,
        min(min(epoch_ns(ended_at))) over (partition by route, feature, size) as first_ns
    from answered
    group by route, feature, size, model
)
select
    l.route, l.feature, l.size, l.model, arg_max(l.provider, l.quantity) as provider,
    arg_max(l.service_tier, l.quantity) as service_tier, arg_max(l.region, l.quantity) as region, l.usage_class,
    sum(l.quantity)::decimal(38, 0) as quantity,
    case when count(l.cost_usd) = count(*) then sum(l.cost_usd) end as cost_usd,
    any_value(c.requests) as requests, any_value(c.mean_input_tokens) as mean_input_tokens, any_value(c.first_ns) as first_ns
from lined l
join counted c
    on c.route is not distinct from l.route and c.feature is not distinct from l.feature
    and c.size is not distinct from l.size and c.model = l.model
group by l.route, l.feature, l.size, l.model, l.usage_class
order by all
