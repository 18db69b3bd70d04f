-- Inserts ledger lines as they are now.
--   rated   table shaped like ledger_lines, with trace beside it
insert into ledger_lines by name select * exclude (trace) from rated
