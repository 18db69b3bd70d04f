-- One row: one group of ledger lines x one usage class. A dimension that is not asked for is null; so is one that is
-- asked for and absent (unallocated). cost_usd is null when no line of the row has a price, list_cost_usd when none has a
-- list price. A line that a resource of one's own served (amortised) has neither, and is not unpriced.
-- Whole minutes come from the roll-up, the ragged edges of the window from the ledger lines themselves, so that the
-- sum is exact for any window. One statement, hence one snapshot: a line is never in both or in neither.
--   $start_ns, $until_ns        bigint    nanoseconds since 1970: the window, half-open
--   $minutes_start_ns, $minutes_until_ns  bigint   the whole minutes inside it, both = $start_ns when there is none
--   $tenant, $team, $feature, $route, $tier, $environment, $cost_center, $project, $provider, $model, $usage_class, $purpose,
--   $price_id                   varchar   null means every one, '' those without one
--   $by_tenant ... $by_hour     boolean   whether to split by it
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
        attribution_id, rate_id,
        case when $by_purpose then purpose end as purpose,
        case when $by_hour then date_trunc('hour', cut_at)
            when $by_day then date_trunc('day', cut_at) end as cut_at,
        sum(quantity) as quantity, sum(list_cost_usd) as list_cost_usd, sum(cost_usd) as cost_usd, sum(lines) as lines
    from (select * from edges union all select * from minutes)
    where $purpose is null or purpose = $purpose
    group by all
    having sum(lines) <> 0
),

named as (
    select s.*, a.* exclude (attribution_id), r.* exclude (rate_id)
    from sums s
    left join attributions a on a.attribution_id = s.attribution_id
    left join rates r on r.rate_id = s.rate_id
)

select
-- take split
    case when $by_provider then provider end as provider,
    case when $by_model then model end as model,
    case when $by_price_id then price_id end as price_id,
    purpose,
    usage_class,
    sum(quantity)::decimal(38, 0) as quantity,
    sum(list_cost_usd) filter (where list_unit_price_usd is not null) as list_cost_usd,
    sum(cost_usd) filter (where unit_price_usd is not null) as cost_usd,
    sum(lines)::bigint as lines,
    coalesce(sum(lines) filter (where status = 'unpriced'), 0)::bigint as unpriced_lines,
    coalesce(sum(quantity) filter (where status = 'unpriced'), 0)::decimal(38, 0) as unpriced_quantity
from named
where
-- take owned
    and ($usage_class is null or usage_class = $usage_class)
    and ($price_id is null or coalesce(price_id, '') = $price_id)
    and ($provider is null or coalesce(provider, '') = $provider)
    and ($model is null or coalesce(model, '') = $model)
group by all
