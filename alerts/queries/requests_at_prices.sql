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
repriced as (
    select
        l.trace_id,
        sum(case
            when p.unit_price_usd is not null then l.quantity * p.unit_price_usd
            when l.purpose not in ('answer', 'retry', 'fallback', 'failed_attempt') then l.cost_usd
        end)::decimal(38, 15) as cost_usd,
        count_if(
            p.unit_price_usd is null
            and (l.cost_usd is null or l.purpose in ('answer', 'retry', 'fallback', 'failed_attempt'))
        ) as unknown_lines
    from ledger_lines l
    join rates r on r.rate_id = l.rate_id
    left join prices p
        on p.usage_class = r.usage_class
        and p.purpose
            = case when l.purpose in ('retry', 'fallback', 'failed_attempt') then 'answer' else l.purpose end
    where l.started_at >= $lines_since and l.trace_id in (select trace_id from recent where not there)
    group by l.trace_id
),
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
