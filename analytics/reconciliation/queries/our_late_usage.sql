-- One row: the part of a project, UTC day and rate that arrived after the bill of its day was imported.
--   $start_ns, $until_ns   bigint   nanoseconds since 1970: whole UTC days, half-open
--   wanted                 table(rate_id ubigint): the rates of the seller
--   told                   table(day date, imported_at_ns bigint): when the bill that counts for a day was imported
with late as (
    select s.trace_id, s.span_id
    from batches b
    join spans s on s.batch_seq = b.batch_seq
    join told t on t.day = whole_us(s.started_at)::date
    where b.received_at > make_timestamp_ns(t.imported_at_ns)
        and s.started_at >= make_timestamp_ns($start_ns) and s.started_at < make_timestamp_ns($until_ns)
)

select a.project, whole_us(l.started_at)::date as day, l.rate_id, count(*)::bigint as lines,
    sum(l.cost_usd)::decimal(38, 15) as cost_usd
from ledger_lines l
join late on late.trace_id = l.trace_id and late.span_id = l.span_id
join wanted w on w.rate_id = l.rate_id
left join attributions a on a.attribution_id = l.attribution_id
where l.started_at >= make_timestamp_ns($start_ns) and l.started_at < make_timestamp_ns($until_ns)
group by all
order by all
