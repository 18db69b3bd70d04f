-- Writes the rules that are not known yet.
--   rules   table(part varchar, position integer, body varchar): all rules of the book
--   $at     timestamp
insert into price_rules by name
select part, position, body, $at::timestamp as recorded_at
from rules
where (part, position, body) not in (
    select (part, position, body) from price_rules where superseded_at is null
)
