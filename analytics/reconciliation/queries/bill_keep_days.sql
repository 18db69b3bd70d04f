-- Keeps the days a bill tells of, unless the same bill was imported before.
--   $import_id   varchar   hash of what its files hold
--   incoming_days   table shaped like bill_days
insert into bill_days by name
select * from incoming_days
where not exists (select 1 from bill_imports where import_id = $import_id)
