-- One row: one part of the book and its source, as they were known at an instant.
--   $at   timestamp
select part, source, imported_on
from price_sources
where recorded_at <= $at::timestamp and (superseded_at is null or superseded_at > $at::timestamp)
order by part
