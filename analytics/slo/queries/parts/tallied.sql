-- What is judged, summed by objective, group and minute; +1 and -1 add up to what changes. One row of `tallied`: one of these.
--   placed   as judgement.sql leaves it
tallied as (
    select
        objective_id,
        group_id,
        date_trunc('minute', whole_us(happened_at)) as minute_at,
        -- if measure
        sum(case when sign > 0 then weight else -weight end)::decimal(18, 6) as total,
        coalesce(sum(case when sign > 0 then weight else -weight end) filter (where good), 0)::decimal(18, 6) as good,
        sum(sign)::bigint as events,
        sum(case when sign > 0 then weight * weight else -weight * weight end)::decimal(38, 12) as weight_square_sum
        -- end
        -- unless measure
        sum(sign)::decimal(18, 6) as total,
        coalesce(sum(sign) filter (where good), 0)::decimal(18, 6) as good,
        sum(sign)::bigint as events,
        sum(sign)::decimal(38, 12) as weight_square_sum
        -- end
    from placed
    group by all
)
