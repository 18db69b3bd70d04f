-- Charges with their names and words, of lines and from elsewhere. One row: one charge.
--   given   table shaped like booked_charges: charges that come from no line
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
