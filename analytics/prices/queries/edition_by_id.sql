-- One row: the first recording of a book with this content.
--   $edition_id   varchar   uuid
select edition_id, recorded_at, sha256, prices
from price_editions
where edition_id = $edition_id::uuid
order by recorded_at
limit 1
