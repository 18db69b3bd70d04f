-- Supersedes the sources of parts that changed or are no longer in the book.
--   sources   table(part varchar, source varchar, imported_on date): all parts of the book
--   $at       timestamp
update price_sources
set superseded_at = $at::timestamp
where superseded_at is null and (part, source) not in (select (part, source) from sources)
