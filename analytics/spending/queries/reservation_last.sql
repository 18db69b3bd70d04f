-- The newest event's number. One row; null before the first event.
select max(event_seq)::bigint as event_seq from reservation_events
