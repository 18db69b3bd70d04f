-- Keeps what happened to reservations. One row inserted: one event.
--   events   table shaped like reservation_events
insert into reservation_events by name select * from events
