-- Supersedes rules that changed or are no longer in the book.
--   rules   table(part varchar, position integer, body varchar): all rules of the book
--   $at     timestamp
update price_rules
set superseded_at = $at::timestamp
where superseded_at is null and (part, position, body) not in (select (part, position, body) from rules)
