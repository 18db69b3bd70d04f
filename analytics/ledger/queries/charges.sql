-- Charges, from lines and from elsewhere, in the order of their ids. One row: one charge. charge_id is the first half of the
-- sha256 of the key between tabs (analytics/ledger/identity.py has its twin): everything but amounts. Rates with the same
-- terms come to one charge; their texts are made once each, not once a charge.
--   $period_start          date      the month
--   $booked                boolean   true: from lines booked in the month; false: from the ledger as it is now
--   $start_ns, $until_ns   bigint    lines that started in this window, half-open, unix nanoseconds
--   $charge_id             varchar   null: all of them
--   given                  table shaped like booked_charges: charges that come from no line
--   corrected              table(entry varchar, corrects_start, day date, attribution_id, rate_id ubigint, purpose varchar,
--                          quantity decimal(38, 0), list_cost_usd, cost_usd decimal(38, 15), lines bigint): what the books of
--                          closed months lack
with lines as (
    select
        entry, corrects_start, whole_us(started_at)::date as day, attribution_id, rate_id, purpose, quantity,
        list_cost_usd, cost_usd
    from booked_lines
    where $booked and period_start = $period_start
        and started_at >= make_timestamp_ns($start_ns) and started_at < make_timestamp_ns($until_ns)
    union all
    select
        'usage', null, whole_us(started_at)::date, attribution_id, rate_id, purpose, quantity,
        list_cost_usd, cost_usd
    from ledger_lines
    where not $booked and started_at >= make_timestamp_ns($start_ns) and started_at < make_timestamp_ns($until_ns)
),

summed as (
    select
        entry, corrects_start, day, attribution_id, rate_id, purpose, sum(quantity) as quantity,
        sum(list_cost_usd) as list_cost_usd, sum(cost_usd) as cost_usd, count(*) as lines
    from lines
    group by all
    union all
    select
        entry, corrects_start, day, attribution_id, rate_id, purpose, quantity::hugeint, list_cost_usd, cost_usd, lines
    from corrected
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
),

named as (
    select
        left(sha256(concat_ws(
            chr(9), $period_start::date, c.day::timestamp, (c.day + 1)::timestamp, c.entry, value_text(c.corrects_start),
            t.terms_text, w.words_text, field_text(c.purpose), '\N', '\N', '\N'
        )), 32) as charge_id,
        $period_start::date as period_start, c.day::timestamp as starts_at, (c.day + 1)::timestamp as ends_at,
        c.entry, c.corrects_start, t.* exclude (rate_id, terms_id, terms_text),
        w.* exclude (attribution_id, words_id, words_text), c.purpose, c.quantity::decimal(38, 0) as quantity,
        c.list_cost_usd, c.cost_usd, c.lines::bigint as lines
    from charged c
    join terms t on t.rate_id = c.terms_id
    join words w on w.attribution_id = c.words_id
),

everything as (
    select * from booked_charges where false
    union all by name
    select * from named
    union all by name
    select * from given
)

select *
from everything
where $charge_id is null or charge_id = $charge_id
order by charge_id
