-- Inserts ledger lines as they are now.
--   rated   table shaped like ledger_lines
insert into ledger_lines by name select * from rated
