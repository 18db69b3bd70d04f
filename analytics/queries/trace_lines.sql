-- One row: one ledger line of a trace. cost_usd, unit_price_usd and price_id are null when it is unpriced.
--   $trace_id   varchar   32 hex digits
select
    span_hex(l.span_id) as span_id, r.provider, r.model, r.usage_class, l.quantity, r.unit_price_usd, l.cost_usd,
    r.price_id, r.status, r.reason
from ledger_lines l
join rates r on r.rate_id = l.rate_id
where l.trace_id = $trace_id::uuid
order by l.started_at, l.span_id, r.usage_class
