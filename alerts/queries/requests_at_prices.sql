-- How many requests of a window would cost at most a ceiling, had their tokens been bought at the prices of another
-- tier. One row. A request that was served there keeps its cost; one that no model served says nothing; one with a
-- line that has no price there is unknown.
--   prices   table(purpose varchar, usage_class varchar, unit_price_usd decimal(38,15))
--   $tier                                       varchar       the tier
--   $ceiling_usd                                decimal       the highest good cost of one answer
--   $since, $until                              timestamp     ends of requests, half-open
--   $lines_since                                timestamp     no line of theirs starts before
--   $tenant, $team, $feature, $route, $environment   varchar   null means every one
with recent as (
    select q.trace_id, q.cost_usd, q.call_count, a.tier = $tier as there, q.cost_status
    from requests q
    join attributions a on a.attribution_id = q.attribution_id
    where q.ended_at >= $since and q.ended_at < $until and q.complete
        and coalesce(a.tier, '') not in ('cached_only', 'sources_only', 'human_handoff')
        and ($tenant is null or a.tenant = $tenant)
        and ($team is null or a.team = $team)
        and ($feature is null or a.feature = $feature)
        and ($route is null or a.route = $route)
        and ($environment is null or a.environment = $environment)
),
lowered as (
    select trace_id from recent where not there
),
-- take repriced
judged as (
    select
        case
            when q.there and q.cost_status = 'priced' then q.cost_usd <= $ceiling_usd
            when q.call_count = 0 then true
            when not q.there and p.unknown_lines = 0 then p.cost_usd <= $ceiling_usd
        end as good
    from recent q
    left join repriced p on p.trace_id = q.trace_id
)
select
    count(good) as total,
    count(*) filter (where good) as good -- count_if is null where there are none at all
from judged
