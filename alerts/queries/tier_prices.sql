-- What a tier pays for its tokens: the models it really used for a scope, each at the newest price it was rated by
-- anywhere. One row: one purpose x usage class x model; retries and fallbacks are answers, by whatever model.
--   $tier                                       varchar     the tier
--   $since, $until                              timestamp   the time looked back over, half-open, whole minutes
--   $tenant, $team, $feature, $route, $environment   varchar   null means every one
with rated as (
    select
        case when m.purpose in ('retry', 'fallback', 'failed_attempt') then 'answer' else m.purpose end as purpose,
        r.provider, r.model, r.service_tier, r.region, r.usage_class, m.minute_at, m.quantity, r.unit_price_usd,
        a.tier = $tier
            and ($tenant is null or a.tenant = $tenant)
            and ($team is null or a.team = $team)
            and ($feature is null or a.feature = $feature)
            and ($route is null or a.route = $route)
            and ($environment is null or a.environment = $environment) as own
    from cost_minutes m
    join attributions a on a.attribution_id = m.attribution_id
    join rates r on r.rate_id = m.rate_id
    where m.minute_at >= $since and m.minute_at < $until
),
used as (
    select purpose, provider, model, service_tier, region, usage_class, sum(quantity) as quantity
    from rated
    where own
    group by all
    having sum(quantity) > 0
),
newest as (
    select
        provider, model, service_tier, region, usage_class,
        arg_max(unit_price_usd, minute_at) filter (where unit_price_usd is not null) as unit_price_usd
    from rated
    group by all
)
select u.purpose, u.usage_class, u.quantity::decimal(38, 0) as quantity, n.unit_price_usd
from used u
join newest n
    on n.provider is not distinct from u.provider and n.model is not distinct from u.model
    and n.service_tier is not distinct from u.service_tier and n.region is not distinct from u.region
    and n.usage_class = u.usage_class
