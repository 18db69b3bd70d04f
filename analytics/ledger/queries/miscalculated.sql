-- Booked lines whose cost is not their quantity times the unit price of their rate. One row: one line.
--   $period_start          date
--   $start_ns, $until_ns   bigint   the UTC day, half-open, unix nanoseconds
--   $most                  bigint   rows at most
select
    trace_hex(b.trace_id) as trace_id, span_hex(b.span_id) as span_id, t.usage_class, b.entry, b.quantity, t.unit_price_usd,
    b.cost_usd, b.list_cost_usd, b.quantity * t.unit_price_usd as expected_cost_usd,
    b.quantity * t.list_unit_price_usd as expected_list_cost_usd
from booked_lines b
join charge_terms() t on t.rate_id = b.rate_id
where b.period_start = $period_start
    and b.started_at >= make_timestamp_ns($start_ns) and b.started_at < make_timestamp_ns($until_ns)
    and (b.cost_usd is distinct from b.quantity * t.unit_price_usd
        or b.list_cost_usd is distinct from b.quantity * t.list_unit_price_usd)
order by trace_id, span_id, t.usage_class, b.entry
limit $most
