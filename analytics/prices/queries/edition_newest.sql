-- One row: the newest recording of a price book at or before an instant; none when nothing was recorded by then.
--   $at   timestamp   null: the newest of all
select edition_id, recorded_at, sha256, prices
from price_editions
where $at::timestamp is null or recorded_at <= $at::timestamp
order by recorded_at desc
limit 1
