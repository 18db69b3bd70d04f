-- Rates the ledger lines of a window by other prices, in one pass, and sums them. One row: one UTC day x attribution x
-- rate as booked x rate found; found_id is null where no price fits. Lines of batches from $until_seq on are left out.
--   prices                 table(old_rate_id ubigint, rate_id ubigint, from_ns bigint, until_ns bigint, context_above
--                          bigint, context_until bigint, tod_start_s integer, tod_end_s integer, weekdays integer):
--                          candidates of every booked rate; of those of one rate at most one fits a line
--   $start_ns, $until_ns   bigint   starts of spans, unix nanoseconds, half-open
--   $until_seq             bigint   null: lines of all batches
with late as (
    select s.trace_id, s.span_id
    from spans s
    where s.batch_seq >= $until_seq
        and s.started_at >= make_timestamp_ns($start_ns) and s.started_at < make_timestamp_ns($until_ns)
),
booked as (
    select
        l.attribution_id, l.rate_id, l.quantity, l.list_cost_usd, l.cost_usd, l.prompt_tokens,
        epoch_ns(l.started_at) as started_ns,
        epoch_ns(l.started_at) // 86400000000000 as day_number,
        epoch_ns(l.started_at) // 1000000000 % 86400 as second_of_day,
        (epoch_ns(l.started_at) // 86400000000000 + 3) % 7 as weekday
    from ledger_lines l
    where l.started_at >= make_timestamp_ns($start_ns) and l.started_at < make_timestamp_ns($until_ns)
        and not exists (select 1 from late k where k.trace_id = l.trace_id and k.span_id = l.span_id)
)
select
    l.day_number,
    l.attribution_id,
    l.rate_id as booked_id,
    p.rate_id as found_id,
    count(*) as lines,
    sum(l.quantity) as quantity,
    sum(l.list_cost_usd) as booked_list_cost_usd,
    sum(l.cost_usd) as booked_cost_usd
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
group by all
