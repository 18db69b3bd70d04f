-- Inserts requests as they are now.
--   now   table shaped like requests
insert into requests by name select * from now
