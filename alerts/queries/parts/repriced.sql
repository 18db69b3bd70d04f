-- What the lines of the requests in `lowered` would cost at given prices. One row: one of these requests that has lines.
--   cost_usd        at these prices; lines without a price there that are no answer keep their own cost
--   unknown_lines   of answers without a price there, and lines without any
--   prices          table(purpose varchar, usage_class varchar, unit_price_usd decimal(38,15))
--   $lines_since    timestamp   no line of theirs starts before
repriced as (
    select
        l.trace_id,
        sum(case
            when p.unit_price_usd is not null then l.quantity * p.unit_price_usd
            when l.purpose not in ('answer', 'retry', 'fallback', 'failed_attempt') then l.cost_usd
        end)::decimal(38, 15) as cost_usd,
        count_if(
            p.unit_price_usd is null
            and (l.cost_usd is null or l.purpose in ('answer', 'retry', 'fallback', 'failed_attempt'))
        ) as unknown_lines
    from ledger_lines l
    join rates r on r.rate_id = l.rate_id
    left join prices p
        on p.usage_class = r.usage_class
        and p.purpose
            = case when l.purpose in ('retry', 'fallback', 'failed_attempt') then 'answer' else l.purpose end
    where l.started_at >= $lines_since and l.trace_id in (select trace_id from lowered)
    group by l.trace_id
)
