-- Drops the groups of objectives that are no longer configured.
--   wanted   table shaped like objectives
delete from objective_groups where objective_id not in (select w.objective_id from wanted w)
