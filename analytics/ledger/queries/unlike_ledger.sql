-- Lines of a day of which the books say something else than the ledger does now. One row: one line, as booked or as derived.
--   $day                   date
--   $start_ns, $until_ns   bigint   the same UTC day, half-open, unix nanoseconds
--   $most                  bigint   rows at most
select
    case c.entry when 'reversal' then 'booked' else 'ledger' end as said_by, trace_hex(c.trace_id) as trace_id,
    span_hex(c.span_id) as span_id, t.usage_class, abs(c.quantity) as quantity, abs(c.cost_usd) as cost_usd
from corrections([$day::date], make_timestamp_ns($start_ns), make_timestamp_ns($until_ns)) c
join charge_terms() t on t.rate_id = c.rate_id
order by trace_id, span_id, t.usage_class, said_by
limit $most
