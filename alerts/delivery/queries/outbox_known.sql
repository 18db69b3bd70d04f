-- One row: a message of one kind, done with or not.
--   $event   varchar   the kind
select message_id
from outbox
where event = $event
