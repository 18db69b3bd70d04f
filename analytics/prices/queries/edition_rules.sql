-- One row: one rule as it was known at an instant, in the order of its part.
--   $at   timestamp
select part, position, body
from price_rules
where recorded_at <= $at::timestamp and (superseded_at is null or superseded_at > $at::timestamp)
order by part, position
