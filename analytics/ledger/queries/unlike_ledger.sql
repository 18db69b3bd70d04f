-- Lines of a day of which the books say something else than the ledger does now. One row: one line; `booked` or `derived` is
-- null where only one of them knows it.
--   $start_ns, $until_ns   bigint   the UTC day, half-open, unix nanoseconds
--   $most                  bigint   rows at most
select
    trace_hex(c.trace_id) as trace_id, span_hex(c.span_id) as span_id, t.usage_class,
    string_agg(format('{} at {} for {}', -c.quantity, -c.cost_usd, c.attribution_id), ', ')
        filter (where c.entry = 'reversal') as booked,
    string_agg(format('{} at {} for {}', c.quantity, c.cost_usd, c.attribution_id), ', ')
        filter (where c.entry = 'restatement') as derived
from corrections(make_timestamp_ns($start_ns), make_timestamp_ns($until_ns)) c
join charge_terms() t on t.rate_id = c.rate_id
group by all
order by trace_id, span_id, t.usage_class
limit $most
