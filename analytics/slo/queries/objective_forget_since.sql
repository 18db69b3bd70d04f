-- Drops counts that are made again from an instant on.
--   found   table(objective_id ubigint, from_at timestamp_ns, ceiling_usd decimal(38,15), ceiling_tokens bigint,
--           median double, requests bigint)
delete from objective_minutes m
using found f
where m.objective_id = f.objective_id and m.minute_at >= f.from_at::timestamp
