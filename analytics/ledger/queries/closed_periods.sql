-- The months that were closed, in their order. One row: one month.
select period_start, epoch_ns(closed_at) as closed_at, closed_by, note, manifest, sha256
from periods
order by period_start
