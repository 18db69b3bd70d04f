-- Keeps what detectors know.
--   known   table shaped like the table finding_streams
insert into finding_streams by name select * from known
