-- Keeps outcomes. One row inserted: one outcome that is not there yet.
--   fresh   table shaped like outcomes
insert or ignore into outcomes by name
select * from fresh
