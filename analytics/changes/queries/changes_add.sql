-- Keeps a change. One row inserted: one change that is not there yet.
--   fresh   table shaped like changes
insert or ignore into changes by name
select * from fresh
