-- Counts everything stored for objectives that are configured now and were not before. One row inserted: one objective x
-- group x minute.
--   wanted   table shaped like objectives
--   $since   timestamp   nothing that ended before it; null means everything
insert into objective_minutes by name
with
judging as (
    select w.* from wanted w where w.objective_id not in (select o.objective_id from objectives o)
),
-- take everything
-- take observed
-- take judgement
-- take tallied
select * from tallied
