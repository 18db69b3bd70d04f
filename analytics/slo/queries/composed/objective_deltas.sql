-- Adds to objective_minutes what a change changes. One row inserted: one objective x group x minute whose counts move.
--   fresh           table shaped like requests, with sign: +1 for a request as it is now, -1 for the same as it was before
--   fresh_spans     table(ended_at timestamp_ns, attribution_id ubigint, stage, provider, model varchar, failed boolean,
--                   duration_ns bigint, first_chunk_ms double, usage_status varchar, tokens, sign bigint): of spans
--   fresh_figures   table shaped like figures, with sign: of figures
insert into objective_minutes by name
with
judging as (
    select * from objectives
),
requests_told as (
    select *, null as mark from fresh
),
spans_told as (
    select *, null as mark from fresh_spans
),
figures_told as (
    select *, null as mark from fresh_figures
),
-- take observed
-- take judgement
signed as (
    select
        *,
        case when sign > 0 then weight else -weight end as signed_weight,
        case when sign > 0 then weight * weight else -weight * weight end as signed_square
    from placed
)
select
    objective_id,
    group_id,
    date_trunc('minute', whole_us(happened_at)) as minute_at,
    sum(signed_weight)::decimal(18, 6) as total,
    coalesce(sum(signed_weight) filter (where good), 0)::decimal(18, 6) as good,
    sum(sign)::bigint as events,
    sum(signed_square)::decimal(38, 12) as weight_square_sum
from signed
group by all
having sum(sign) <> 0 or sum(signed_weight) <> 0 or sum(signed_square) <> 0
    or coalesce(sum(signed_weight) filter (where good), 0) <> 0
