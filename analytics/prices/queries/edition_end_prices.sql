-- Supersedes prices that are no longer in the book.
--   gone   table(row_key ubigint)
--   $at    timestamp
update prices
set superseded_at = $at::timestamp
where superseded_at is null and row_key in (select row_key from gone)
