-- Rates lines: exact, in decimals (bigint x decimal(19,15) is decimal(38,15)). One row: one line.
--   lines      table(line bigint, key integer, usage_class varchar, quantity bigint, started_at timestamp,
--              prompt_tokens bigint)
--   prices     table(key integer, usage_class varchar, rate_id ubigint, unit_price_usd decimal(19,15),
--              list_unit_price_usd decimal(19,15), effective_from timestamp, effective_until timestamp,
--              context_above bigint, context_until bigint, tod_start_s integer, tod_end_s integer): conditions of one key and class never overlap; null is an open end
--   unpriced   table(key integer, usage_class varchar, rate_id ubigint): what a line is when no price fits
select
    l.line,
    coalesce(p.rate_id, u.rate_id) as rate_id,
    (l.quantity * p.list_unit_price_usd)::decimal(38, 15) as list_cost_usd,
    (l.quantity * p.unit_price_usd)::decimal(38, 15) as cost_usd
from lines l
join unpriced u on u.key = l.key and u.usage_class = l.usage_class
left join prices p
    on p.key = l.key
    and p.usage_class = l.usage_class
    and (p.effective_from is null or l.started_at >= p.effective_from)
    and (p.effective_until is null or l.started_at < p.effective_until)
    and (p.context_above is null or l.prompt_tokens > p.context_above)
    and (p.context_until is null or l.prompt_tokens <= p.context_until)
    and (p.tod_start_s is null or epoch(l.started_at::time) >= p.tod_start_s)
    and (p.tod_end_s is null or epoch(l.started_at::time) < p.tod_end_s)
order by l.line
