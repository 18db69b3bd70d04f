-- One row: one ledger line behind a difference, the largest of each cell first.
--   $per_cell   bigint   lines of a cell at most
--   $start_ns, $until_ns   bigint   nanoseconds since 1970: whole UTC days, half-open
--   behind      table(cell bigint, project varchar, day date, rate_id ubigint): whose lines are wanted
select b.cell, l.trace_id, l.span_id, epoch_ns(l.started_at) as started_at_ns, r.usage_class, l.quantity, l.cost_usd
from ledger_lines l
join behind b on b.rate_id = l.rate_id and b.day = whole_us(l.started_at)::date
join rates r on r.rate_id = l.rate_id
left join attributions a on a.attribution_id = l.attribution_id
where a.project is not distinct from b.project
    and l.started_at >= make_timestamp_ns($start_ns) and l.started_at < make_timestamp_ns($until_ns)
qualify row_number() over (
    partition by b.cell order by l.cost_usd desc nulls first, l.quantity desc, l.trace_id, l.span_id, r.usage_class
) <= $per_cell
order by b.cell, l.cost_usd desc nulls first, l.quantity desc, l.trace_id, l.span_id, r.usage_class
