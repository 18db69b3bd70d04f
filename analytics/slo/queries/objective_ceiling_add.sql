-- Records ceilings from an instant on. One row inserted: one objective.
--   found   table(objective_id ubigint, from_at timestamp_ns, ceiling_usd decimal(38,15), ceiling_tokens bigint,
--           median double, requests bigint)
insert into objective_ceilings by name
select * replace (from_at::timestamp as from_at) from found
