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
with
-- take charged
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
