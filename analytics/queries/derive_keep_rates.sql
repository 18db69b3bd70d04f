-- Inserts rates that are new.
--   new_rates   table shaped like rates
insert or ignore into rates by name select * from new_rates
