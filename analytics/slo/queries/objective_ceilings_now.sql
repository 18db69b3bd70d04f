-- The ceilings of objectives that are relative to the days before, as they hold at an instant. One row: one objective.
--   wanted   table(objective_id ubigint): the objectives
--   $at      timestamp   the instant
select c.objective_id, c.from_at, c.ceiling_usd, c.ceiling_tokens, c.median, c.requests
from objective_ceilings c
where c.from_at <= $at and c.objective_id in (select w.objective_id from wanted w)
qualify row_number() over (partition by c.objective_id order by c.from_at desc) = 1
