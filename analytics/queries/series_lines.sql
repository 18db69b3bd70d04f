-- One row: one step of time x one value of a dimension, as its ledger lines say. Null is what has no value; `other` is
-- true for all values together that are not shown. cost_usd is null when no line of the row has a price.
-- Whole minutes come from the roll-up, the ragged edges of the window from the ledger lines themselves.
--   $start_ns, $until_ns        bigint    nanoseconds since 1970: the window, half-open
--   $minutes_start_ns, $minutes_until_ns  bigint   the whole minutes inside it, both = $start_ns when there is none
--   $step_ns                    bigint    length of a step, in whole minutes; step n begins at n x $step_ns
--   $by                         varchar   the dimension, null for none
--   $top                        bigint    how many values have rows of their own: the dearest of the window; place says which
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

-- take owners
-- Rates by what is asked of them, numbered for the same reason as owners.
kinds as (
    select *, dense_rank() over (order by value, unpriced, priced, listed, is_input, is_output)::integer as kind
    from (
        select
            rate_id,
            case $by
                when 'provider' then provider when 'model' then model when 'usage_class' then usage_class
                when 'price_id' then price_id
            end as value,
            status = 'unpriced' as unpriced, unit_price_usd is not null as priced, list_unit_price_usd is not null as listed,
            list_contains($input_classes::varchar[], usage_class) as is_input,
            list_contains($output_classes::varchar[], usage_class) as is_output
        from rates
        where ($provider is null or coalesce(provider, '') = $provider)
            and ($model is null or coalesce(model, '') = $model)
            and ($usage_class is null or usage_class = $usage_class)
            and ($price_id is null or coalesce(price_id, '') = $price_id)
    )
),

sums as (
    select
        o.owner, k.kind, case when $by = 'purpose' then l.purpose end as purpose,
        (epoch_ns(l.cut_at) // $step_ns)::integer as step,
        sum(l.quantity) as quantity, sum(l.list_cost_usd) as list_cost_usd, sum(l.cost_usd) as cost_usd,
        sum(l.lines) as lines
    from (select * from edges union all select * from minutes) l
    join owners o on o.attribution_id = l.attribution_id
    join kinds k on k.rate_id = l.rate_id
    where $purpose is null or l.purpose = $purpose
    group by all
    having sum(l.lines) <> 0
),

valued as (
    select s.*, coalesce(o.value, k.value, s.purpose) as value, k.* exclude (kind, value)
    from sums s
    join (select distinct owner, value from owners) o on o.owner = s.owner
    join (select distinct on (kind) * exclude (rate_id) from kinds) k on k.kind = s.kind
),

places as (
    select
        value,
        row_number() over (
            order by coalesce(sum(cost_usd) filter (where priced), 0) desc, value is null, value
        ) as place
    from valued
    group by value
),

placed as (
    select v.* replace (case when p.place <= $top then v.value end as value), p.place > $top as other, p.place
    from valued v
    join places p on p.value is not distinct from v.value
)

select
    step,
    other,
    value,
    min(place) as place,
    sum(cost_usd) filter (where priced) as cost_usd,
    sum(list_cost_usd) filter (where listed) as list_cost_usd,
    sum(lines)::bigint as lines,
    coalesce(sum(lines) filter (where unpriced), 0)::bigint as unpriced_lines,
    (sum(quantity) filter (where is_input))::decimal(38, 0) as input_tokens,
    (sum(quantity) filter (where is_output))::decimal(38, 0) as output_tokens
from placed
group by step, other, value
