-- What the requests that were served lower cost, and what their usage would have cost at the better tier. One row.
--   known            requests of which both are known; the others are in no sum
--   cost_usd         what they cost
--   instead_usd      the same usage at the prices of the better tier, exactly; usage without a price there that is no
--                    answer keeps its own cost
--   prices                 table(purpose varchar, usage_class varchar, unit_price_usd decimal(38,15))
--   $start_ns, $until_ns   bigint      nanoseconds since 1970: when requests started, half-open
--   $block_ns              bigint      length of a part
--   $lines_since           timestamp   no line of these requests starts before
--   $route, $tenant        varchar     null means every one
--   $apart, $routes_apart  varchar[]   tenants and routes that are left out
--   $by_route              boolean     whether groups are routes; else tenants
--   $instead               varchar     the better tier
--   $lower                 varchar[]   the tiers below it
--   $priced_alike          varchar[]   of these, those whose requests use a model
with
-- take concerned
lowered as (
    select * from concerned where side = 'lower'
),

-- take alerts.repriced
judged as (
    select
        coalesce(s.cost_usd, 0) as cost_usd,
        case when r.trace_id is null then 0 else r.cost_usd end as instead_usd,
        s.cost_status in ('priced', 'none')
            and list_contains($priced_alike::varchar[], s.tier)
            and coalesce(r.unknown_lines, 0) = 0 as known
    from lowered s
    left join repriced r on r.trace_id = s.trace_id
)

select
    count(*)::bigint as requests,
    count(*) filter (where known)::bigint as known,
    coalesce(sum(cost_usd) filter (where known), 0)::decimal(38, 15) as cost_usd,
    coalesce(sum(instead_usd) filter (where known), 0)::decimal(38, 15) as instead_usd
from judged
