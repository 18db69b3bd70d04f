-- Inserts figures as they are now.
--   now_figures   table shaped like figures
insert into figures by name select * from now_figures
