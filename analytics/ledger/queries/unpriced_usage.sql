-- Usage of a month that has no price. One row: one model and usage class with the reason.
--   $start_ns, $until_ns   bigint   the month, half-open, unix nanoseconds
select t.provider, t.model, t.usage_class, t.reason, count(*) as lines, sum(l.quantity) as quantity
from ledger_lines l
join charge_terms() t on t.rate_id = l.rate_id
where l.started_at >= make_timestamp_ns($start_ns) and l.started_at < make_timestamp_ns($until_ns)
    and t.status = 'unpriced'
group by all
order by quantity desc, t.provider, t.model, t.usage_class, t.reason
