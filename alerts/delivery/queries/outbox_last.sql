-- One row, always: the number of the last message; 0 before the first.
select coalesce(max(position), 0) as position from outbox
