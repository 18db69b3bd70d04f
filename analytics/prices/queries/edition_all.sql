-- One row: one recording of a price book, oldest first.
select edition_id, recorded_at, sha256, prices
from price_editions
order by recorded_at
