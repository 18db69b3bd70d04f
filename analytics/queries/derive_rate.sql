-- Rates lines: exact, in decimals (bigint x decimal(19,15) is decimal(38,15)). One row: one line. Costs are null where no
-- price fits, and where a resource of one's own serves the call; priced is false only for the first.
--   lines      table(line bigint, key integer, usage_class varchar, quantity bigint, started_ns bigint,
--              prompt_tokens bigint)
--   prices     table(key integer, usage_class varchar, rate_id ubigint, unit_price_usd decimal(19,15),
--              list_unit_price_usd decimal(19,15), from_ns bigint, until_ns bigint, context_above bigint,
--              context_until bigint, tod_start_s integer, tod_end_s integer, weekdays integer): conditions of one key
--              and class never overlap; weekdays has bit 0 for Monday; the ends of a type are open ends
--   unpriced   table(key integer, usage_class varchar, rate_id ubigint): what a line is when no price fits
with told as (
    select
        *,
        started_ns // 1000000000 % 86400 as second_of_day,
        (started_ns // 86400000000000 + 3) % 7 as weekday
    from lines
)
select
    l.line,
    coalesce(p.rate_id, u.rate_id) as rate_id,
    p.rate_id is not null as priced,
    (l.quantity * p.list_unit_price_usd)::decimal(38, 15) as list_cost_usd,
    (l.quantity * p.unit_price_usd)::decimal(38, 15) as cost_usd
from told l
join unpriced u on u.key = l.key and u.usage_class = l.usage_class
left join prices p
    on p.key = l.key
    and p.usage_class = l.usage_class
    and l.started_ns >= p.from_ns
    and l.started_ns < p.until_ns
    and l.prompt_tokens > p.context_above
    and l.prompt_tokens <= p.context_until
    and l.second_of_day >= p.tod_start_s
    and l.second_of_day < p.tod_end_s
    and (p.weekdays >> l.weekday) & 1 = 1
order by l.line
