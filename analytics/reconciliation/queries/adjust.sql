-- Books adjustments that are not booked yet; none of them where another reconciliation has booked
-- for the same seller and days since this one was made.
--   $issuer              varchar
--   $start, $until       date      UTC days of the usage, half-open
--   $reconciliation_id   varchar   the reconciliation the adjustments come from
--   $seen_usd            decimal(38, 15)   what others had booked when it was made
--   $seen_rows           bigint    in how many rows
--   incoming             table shaped like adjustments
with others as (
    select count(*) as rows, coalesce(sum(cost_usd), 0)::decimal(38, 15) as cost_usd
    from adjustments
    where seller = $issuer and starts_at >= $start and starts_at < $until
        and reconciliation_id <> $reconciliation_id
)

insert into adjustments by name
select i.*
from incoming i, others o
where o.rows = $seen_rows and o.cost_usd = $seen_usd
    and not exists (select 1 from adjustments a where a.charge_id = i.charge_id)
