-- Rates the ledger lines of a window by other prices, in one pass. One row: one line, with what was booked for it and
-- what it would be; found_id and the costs found are null where no price fits.
--   prices                 table(old_rate_id ubigint, rate_id ubigint, unit_price_usd decimal(19,15),
--                          list_unit_price_usd decimal(19,15), from_ns bigint, until_ns bigint, context_above bigint,
--                          context_until bigint, tod_start_s integer, tod_end_s integer, weekdays integer): candidates
--                          of every booked rate; of those of one rate at most one fits a line
--   $start_ns, $until_ns   bigint   starts of spans, unix nanoseconds, half-open
with booked as (
    select
        *,
        epoch_ns(started_at) as started_ns,
        epoch_ns(started_at) // 1000000000 % 86400 as second_of_day,
        (epoch_ns(started_at) // 86400000000000 + 3) % 7 as weekday
    from ledger_lines
    where started_at >= make_timestamp_ns($start_ns) and started_at < make_timestamp_ns($until_ns)
)
select
    l.trace_id, l.span_id, l.started_at, l.attribution_id, l.rate_id as booked_id, l.run_id, l.purpose, l.quantity,
    l.list_cost_usd as booked_list_cost_usd,
    l.cost_usd as booked_cost_usd,
    p.rate_id as found_id,
    (l.quantity * p.list_unit_price_usd)::decimal(38, 15) as list_cost_usd,
    (l.quantity * p.unit_price_usd)::decimal(38, 15) as cost_usd
from booked l
left join prices p
    on p.old_rate_id = l.rate_id
    and l.started_ns >= p.from_ns
    and l.started_ns < p.until_ns
    and l.prompt_tokens > p.context_above
    and l.prompt_tokens <= p.context_until
    and l.second_of_day >= p.tod_start_s
    and l.second_of_day < p.tod_end_s
    and (p.weekdays >> l.weekday) & 1 = 1
