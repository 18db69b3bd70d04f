-- The groups of objectives that are configured now and were not before. One row inserted: one group.
--   wanted   table shaped like objectives
--   $since   timestamp   nothing that ended before it; null means everything
insert into objective_groups by name
with
judging as (
    select w.* from wanted w where len(w.per) > 0 and w.objective_id not in (select o.objective_id from objectives o)
),
-- take everything
-- take observed
-- take judgement
-- take groups
select * from numbered
