-- Fills the list of objectives. One row: one definition that is counted.
--   wanted   table shaped like objectives
insert into objectives by name select * from wanted
