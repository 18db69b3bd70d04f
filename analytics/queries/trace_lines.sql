-- One row: one ledger line of a trace. Costs, unit prices and price ids are null when it is unpriced; an amortised line
-- has the price id of the resource that served it and no unit price.
--   $trace_id   varchar   32 hex digits
select
    span_hex(l.span_id) as span_id, r.provider, r.model, r.usage_class, l.quantity, r.unit_price_usd, l.cost_usd,
    r.price_id, r.list_unit_price_usd, l.list_cost_usd, r.list_price_id, r.seller, r.confidence, r.status, r.reason,
    l.purpose, l.failed, l.run_id
from ledger_lines l
join rates r on r.rate_id = l.rate_id
where l.trace_id = $trace_id::uuid
order by l.started_at, l.span_id, r.usage_class
