-- Ledger lines of complete requests that ended in a window. One row: one line; no unit price: unpriced.
--   variant          service tier and region, which have prices of their own
--   $since, $until   timestamp_ns   the window, half-open
select
    replace(l.trace_id::varchar, '-', '') as trace_id, epoch_ns(l.started_at) as at_ns, l.purpose, r.usage_class,
    r.provider, r.model, concat_ws('/', r.service_tier, r.region) as variant, r.unit_price_usd, l.quantity
from ledger_lines l
join rates r on r.rate_id = l.rate_id
where l.trace_id in (
    select q.trace_id from requests q where q.complete and q.ended_at >= $since and q.ended_at < $until
)
order by l.trace_id, l.started_at, l.span_id, r.usage_class
