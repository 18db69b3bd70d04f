-- Adds versions of objectives.
--   fresh   table shaped like objective_versions
insert into objective_versions by name select * from fresh
