-- Keeps the lines of a bill, unless the same bill was imported before.
--   $import_id   varchar   hash of what its files hold
--   incoming_lines   table shaped like bill_lines
insert into bill_lines by name
select * from incoming_lines
where not exists (select 1 from bill_imports where import_id = $import_id)
