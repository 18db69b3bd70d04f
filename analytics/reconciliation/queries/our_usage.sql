-- One row: what the ledger holds of one project, UTC day and rate. cost_usd is null where the rate has no price;
-- project is null where nobody said it.
--   $start_ns, $until_ns   bigint   nanoseconds since 1970: whole UTC days, half-open
--   wanted                 table(rate_id ubigint): the rates of the seller
select a.project, whole_us(l.started_at)::date as day, l.rate_id, count(*)::bigint as lines,
    sum(l.quantity)::decimal(38, 0) as quantity, sum(l.cost_usd)::decimal(38, 15) as cost_usd
from ledger_lines l
join wanted w on w.rate_id = l.rate_id
left join attributions a on a.attribution_id = l.attribution_id
where l.started_at >= make_timestamp_ns($start_ns) and l.started_at < make_timestamp_ns($until_ns)
group by all
order by all
