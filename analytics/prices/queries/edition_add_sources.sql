-- Writes the sources of parts that are not known yet. A part that was only imported again stays as it was.
--   sources   table(part varchar, source varchar, imported_on date): all parts of the book
--   $at       timestamp
insert into price_sources by name
select part, source, imported_on, $at::timestamp as recorded_at
from sources
where (part, source) not in (select (part, source) from price_sources where superseded_at is null)
