-- Usage and restatements booked in a month without a price. One row: one model and usage class with the reason.
--   $period_start   date
select provider, model, usage_class, reason, sum(lines)::bigint as lines, sum(quantity) as quantity
from booked_charges
where period_start = $period_start and status = 'unpriced' and entry in ('usage', 'restatement')
group by all
order by quantity desc, provider, model, usage_class, reason
