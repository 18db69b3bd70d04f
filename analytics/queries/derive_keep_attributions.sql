-- Inserts combinations of attribution words that are new.
--   new_attributions   table shaped like attributions
insert or ignore into attributions by name select * from new_attributions
