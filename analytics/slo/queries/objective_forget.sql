-- Drops the counts of objectives that are no longer configured, so that one that comes back is counted afresh and whole.
--   wanted   table shaped like objectives
delete from objective_minutes where objective_id not in (select w.objective_id from wanted w)
