-- Forgets the tries of messages that are forgotten.
delete from outbox_tries where position not in (select position from outbox)
