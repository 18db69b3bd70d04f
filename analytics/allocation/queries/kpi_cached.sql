-- Tokens read from and written to the provider's cache, with what they cost and what the same model took for a token
-- that was not cached that day. One row: one usage class x pair of prices. plain_unit_price_usd is null when the
-- model had no such line that day, or had several prices.
--   $start_ns, $until_ns   bigint   nanoseconds since 1970, whole minutes, half-open, by the start of the span
--   $tenant, $team, $feature, $route, $cost_center   varchar   null means every one, '' those without one
with sums as (
    select date_trunc('day', m.minute_at) as day, m.rate_id, sum(m.quantity) as quantity
    from cost_minutes m
    left join attributions a on a.attribution_id = m.attribution_id
    where m.minute_at >= make_timestamp_ns($start_ns)::timestamp
        and m.minute_at < make_timestamp_ns($until_ns)::timestamp
-- take owned
    group by all
    having sum(m.lines) <> 0
),

priced as (
    select
        s.day, s.quantity, r.usage_class, r.unit_price_usd,
        to_json(struct_pack(
            provider := r.provider, request_model := r.request_model, response_model := r.response_model,
            seller := r.seller, priced_model := r.priced_model, service_tier := r.service_tier,
            priced_tier := r.priced_tier, region := r.region, priced_region := r.priced_region,
            context_above := r.context_above
        ))::varchar as terms
    from sums s
    join rates r on r.rate_id = s.rate_id
    where r.status = 'priced'
),

plain as (
    select day, terms, usage_class, min(unit_price_usd) as lowest_usd, max(unit_price_usd) as highest_usd
    from priced
    where usage_class in ('input_uncached', 'audio_in')
    group by all
)

select
    c.usage_class, c.unit_price_usd,
    case when p.lowest_usd = p.highest_usd then p.lowest_usd end as plain_unit_price_usd,
    sum(c.quantity)::decimal(38, 0) as quantity
from priced c
left join plain p
    on p.day = c.day and p.terms = c.terms
    and p.usage_class = case when c.usage_class = 'audio_cache_read' then 'audio_in' else 'input_uncached' end
where c.usage_class in ('cache_read', 'cache_write_5m', 'cache_write_1h', 'audio_cache_read')
group by all
