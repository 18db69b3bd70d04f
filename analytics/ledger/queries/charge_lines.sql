-- The lines behind one charge. One row: one line; what a reversal took back is negative.
--   charge                 table shaped like booked_charges: the charge, one row
--   $booked                boolean   true: as booked in the charge's month; false: as the ledger is now
--   $start_ns, $until_ns   bigint    the charge's UTC day, half-open, unix nanoseconds
with lines as (
    select
        b.entry, b.trace_id, b.span_id, b.started_at, b.attribution_id, b.rate_id, b.run_id, b.purpose, b.failed, b.quantity,
        b.list_cost_usd, b.cost_usd
    from booked_lines b
    join charge c on c.period_start = b.period_start and c.entry = b.entry
    where $booked and b.started_at >= make_timestamp_ns($start_ns) and b.started_at < make_timestamp_ns($until_ns)
    union all
    select
        'usage', trace_id, span_id, started_at, attribution_id, rate_id, run_id, purpose, failed, quantity, list_cost_usd,
        cost_usd
    from ledger_lines
    where not $booked and 'usage' in (select entry from charge)
        and started_at >= make_timestamp_ns($start_ns) and started_at < make_timestamp_ns($until_ns)
    union all
    select k.* exclude (corrects_start)
    from corrections(make_timestamp_ns($start_ns), make_timestamp_ns($until_ns)) k
    where not $booked and k.entry in (select entry from charge)
)

select
    trace_hex(l.trace_id) as trace_id, span_hex(l.span_id) as span_id, epoch_ns(l.started_at) as started_at, t.usage_class,
    l.quantity, t.price_id, t.unit_price_usd, t.list_unit_price_usd, l.list_cost_usd, l.cost_usd, l.run_id, l.purpose,
    l.failed
from lines l
join charge_terms() t on t.rate_id = l.rate_id
join attributions a on a.attribution_id = l.attribution_id
join charge c
    on l.purpose = c.purpose and t.usage_class = c.usage_class and t.status = c.status
    and t.provider is not distinct from c.provider and t.seller is not distinct from c.seller
    and t.model is not distinct from c.model and t.service_tier is not distinct from c.service_tier
    and t.region is not distinct from c.region and t.context_above is not distinct from c.context_above
    and t.context_until is not distinct from c.context_until and t.price_id is not distinct from c.price_id
    and t.unit_price_usd is not distinct from c.unit_price_usd
    and t.list_unit_price_usd is not distinct from c.list_unit_price_usd
    and t.confidence is not distinct from c.confidence and t.reason is not distinct from c.reason
    and a.tenant is not distinct from c.tenant and a.team is not distinct from c.team
    and a.feature is not distinct from c.feature and a.route is not distinct from c.route
    and a.tier is not distinct from c.tier and a.environment is not distinct from c.environment
    and a.cost_center is not distinct from c.cost_center and a.project is not distinct from c.project
order by l.started_at, l.trace_id, l.span_id, l.rate_id
