-- Keeps a change. One row inserted: one change that is not there yet.
--   fresh   table shaped like changes, with change_id as 32 hex digits
insert or ignore into changes by name
select f.* replace (f.change_id::uuid as change_id) from fresh f
