-- Keeps the names and hashes of a bill's files, unless the same bill was imported before.
--   $import_id   varchar   hash of what its files hold
--   incoming_files   table shaped like bill_files
insert into bill_files by name
select * from incoming_files
where not exists (select 1 from bill_imports where import_id = $import_id)
