-- Queues messages.
--   messages   table(position bigint, message_id, subscription, event varchar, epoch, seq bigint, tenant, route, model,
--              fingerprint varchar, queued_at timestamp_ns, body varchar)
insert into outbox by name select * from messages
