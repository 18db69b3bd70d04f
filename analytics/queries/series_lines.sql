-- One row: one step of time x one value of a dimension, as its ledger lines say. Null is what has no value; `other` is
-- true for all values together that are not shown. cost_usd is null when no line of the row has a price.
-- Whole minutes come from the roll-up, the ragged edges of the window from the ledger lines themselves.
--   $start_ns, $until_ns        bigint    nanoseconds since 1970: the window, half-open
--   $minutes_start_ns, $minutes_until_ns  bigint   the whole minutes inside it, both = $start_ns when there is none
--   $step_ns                    bigint    length of a step, in whole minutes; step n begins at n x $step_ns
--   $by                         varchar   the dimension, null for none
--   $shown                      varchar[] the values that have rows of their own
--   $shows_none                 boolean   whether what has no value has rows of its own
--   $input_classes, $output_classes   varchar[]   usage classes whose quantities are such tokens
--   $tenant, $team, $feature, $route, $tier, $environment, $cost_center, $project, $provider, $model, $usage_class, $purpose,
--   $price_id                   varchar   null means every one, '' those without one
with edges as (
    select
        attribution_id, rate_id, purpose, whole_us(started_at) as cut_at, quantity::hugeint as quantity,
        list_cost_usd, cost_usd, 1 as lines
    from ledger_lines
    where started_at >= make_timestamp_ns($start_ns) and started_at < make_timestamp_ns($minutes_start_ns)
        or started_at >= make_timestamp_ns($minutes_until_ns) and started_at < make_timestamp_ns($until_ns)
),

minutes as (
    select attribution_id, rate_id, purpose, minute_at as cut_at, quantity, list_cost_usd, cost_usd, lines
    from cost_minutes
    where minute_at >= make_timestamp_ns($minutes_start_ns)::timestamp
        and minute_at < make_timestamp_ns($minutes_until_ns)::timestamp
),

sums as (
    select
        attribution_id, rate_id, case when $by = 'purpose' then purpose end as purpose,
        epoch_ns(cut_at) // $step_ns as step,
        sum(quantity) as quantity, sum(list_cost_usd) as list_cost_usd, sum(cost_usd) as cost_usd, sum(lines) as lines
    from (select * from edges union all select * from minutes)
    where $purpose is null or purpose = $purpose
    group by all
    having sum(lines) <> 0
),

valued as (
    select
        s.*, r.usage_class, r.status, r.unit_price_usd, r.list_unit_price_usd,
        case $by
            when 'tenant' then a.tenant when 'team' then a.team when 'feature' then a.feature when 'route' then a.route
            when 'tier' then a.tier when 'environment' then a.environment when 'cost_center' then a.cost_center
            when 'project' then a.project when 'provider' then r.provider when 'model' then r.model
            when 'usage_class' then r.usage_class when 'purpose' then s.purpose when 'price_id' then r.price_id
        end as value
    from sums s
    left join attributions a on a.attribution_id = s.attribution_id
    left join rates r on r.rate_id = s.rate_id
    where ($tenant is null or coalesce(a.tenant, '') = $tenant)
        and ($team is null or coalesce(a.team, '') = $team)
        and ($feature is null or coalesce(a.feature, '') = $feature)
        and ($route is null or coalesce(a.route, '') = $route)
        and ($tier is null or coalesce(a.tier, '') = $tier)
        and ($environment is null or coalesce(a.environment, '') = $environment)
        and ($cost_center is null or coalesce(a.cost_center, '') = $cost_center)
        and ($project is null or coalesce(a.project, '') = $project)
        and ($provider is null or coalesce(r.provider, '') = $provider)
        and ($model is null or coalesce(r.model, '') = $model)
        and ($usage_class is null or r.usage_class = $usage_class)
        and ($price_id is null or coalesce(r.price_id, '') = $price_id)
)

select
    step,
    not case when value is null then $shows_none else list_contains($shown::varchar[], value) end as other,
    case when not other then value end as value,
    sum(cost_usd) filter (where unit_price_usd is not null) as cost_usd,
    sum(list_cost_usd) filter (where list_unit_price_usd is not null) as list_cost_usd,
    sum(lines)::bigint as lines,
    coalesce(sum(lines) filter (where status = 'unpriced'), 0)::bigint as unpriced_lines,
    (sum(quantity) filter (where list_contains($input_classes::varchar[], usage_class)))::decimal(38, 0) as input_tokens,
    (sum(quantity) filter (where list_contains($output_classes::varchar[], usage_class)))::decimal(38, 0) as output_tokens
from valued
group by all
