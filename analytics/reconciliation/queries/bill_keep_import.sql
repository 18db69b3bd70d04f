-- Keeps the import itself, as the last of the four: from then on the bill is known.
--   $import_id   varchar   hash of what its files hold
--   incoming_import   table shaped like bill_imports
insert into bill_imports by name
select * from incoming_import
where not exists (select 1 from bill_imports where import_id = $import_id)
