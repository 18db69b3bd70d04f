-- What a scope's ledger lines of a window hold, to be priced at another tier. One row: one tier x purpose x usage class;
-- retries and fallbacks are answers.
--   $since, $until   timestamp   the window, half-open, whole minutes
--   $tenant, $team, $feature, $route, $environment, $cost_center, $project   varchar   null means every one
select
    a.tier,
    case when m.purpose in ('retry', 'fallback', 'failed_attempt') then 'answer' else m.purpose end as purpose,
    r.usage_class,
    sum(m.quantity)::decimal(38, 0) as quantity,
    sum(m.cost_usd)::decimal(38, 15) as cost_usd
from cost_minutes m
join attributions a on a.attribution_id = m.attribution_id
join rates r on r.rate_id = m.rate_id
where m.minute_at >= $since and m.minute_at < $until
    and ($tenant is null or a.tenant = $tenant)
    and ($team is null or a.team = $team)
    and ($feature is null or a.feature = $feature)
    and ($route is null or a.route = $route)
    and ($environment is null or a.environment = $environment)
    and ($cost_center is null or a.cost_center = $cost_center)
    and ($project is null or a.project = $project)
group by all
having sum(m.quantity) <> 0
