-- Charges from lines before they are named. One row: one UTC day x price terms x attribution x purpose x kind of entry.
-- Rates with the same terms come to one charge, and so do owners with the same words; their texts are made once each, not
-- once a charge. Days are numbers until lines are summed, which takes a quarter less time than dates.
--   $period_start          date      the month
--   $booked                boolean   true: from lines booked in the month; false: from the ledger as it is now
--   $start_ns, $until_ns   bigint    lines that started in this window, half-open, unix nanoseconds
--   corrected              table(entry varchar, corrects_start, day date, attribution_id, rate_id ubigint, purpose varchar,
--                          quantity decimal(38, 0), list_cost_usd, cost_usd decimal(38, 15), lines bigint): what the books of
--                          closed months lack
days as (
    select
        entry, corrects_start, epoch_ns(started_at) // 86400000000000 as day, attribution_id, rate_id, purpose,
        sum(quantity) as quantity, sum(list_cost_usd) as list_cost_usd, sum(cost_usd) as cost_usd, count(*) as lines
    from booked_lines
    where $booked and period_start = $period_start
        and started_at >= make_timestamp_ns($start_ns) and started_at < make_timestamp_ns($until_ns)
    group by all
    union all
    select
        'usage', null, epoch_ns(started_at) // 86400000000000 as day, attribution_id, rate_id, purpose,
        sum(quantity), sum(list_cost_usd), sum(cost_usd), count(*)
    from ledger_lines
    where not $booked and started_at >= make_timestamp_ns($start_ns) and started_at < make_timestamp_ns($until_ns)
    group by all
),

summed as (
    select * replace (date '1970-01-01' + day::integer as day) from days
    union all by name
    select * replace (quantity::hugeint as quantity) from corrected
),

terms as (
    select
        *,
        concat_ws(
            chr(9), field_text(provider), field_text(seller), field_text(model), field_text(usage_class),
            field_text(service_tier), field_text(region), value_text(context_above), value_text(context_until),
            field_text(price_id), value_text(unit_price_usd), value_text(list_unit_price_usd), field_text(confidence),
            field_text(status), field_text(reason)
        ) as terms_text,
        min(rate_id) over (partition by terms_text) as terms_id
    from charge_terms()
),

words as (
    select
        *,
        concat_ws(
            chr(9), field_text(tenant), field_text(team), field_text(feature), field_text(route), field_text(tier),
            field_text(environment), field_text(cost_center), field_text(project)
        ) as words_text,
        min(attribution_id) over (partition by words_text) as words_id
    from attributions
),

charged as (
    select
        s.entry, s.corrects_start, s.day, t.terms_id, w.words_id, s.purpose, sum(s.quantity) as quantity,
        sum(s.list_cost_usd) as list_cost_usd, sum(s.cost_usd) as cost_usd, sum(s.lines) as lines
    from summed s
    join terms t on t.rate_id = s.rate_id
    join words w on w.attribution_id = s.attribution_id
    group by all
)
