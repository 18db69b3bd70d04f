-- One row: what was booked for one cell of a seller's bill under one cause, and in how many rows.
--   $issuer         varchar
--   $start, $until  date      UTC days of the usage, half-open
select project, starts_at::date as day, model, usage_class, reason_code, count(*)::bigint as rows,
    sum(cost_usd)::decimal(38, 15) as cost_usd
from adjustments
where seller = $issuer and starts_at >= $start and starts_at < $until
group by all
order by all
