-- Notes what became of messages.
--   noted   table(position bigint, tried_at timestamp_ns, tries integer, outcome varchar, status smallint, reason,
--           detail varchar, next_at timestamp_ns)
insert into outbox_tries by name select * from noted
