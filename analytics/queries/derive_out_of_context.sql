-- Lines that no price fits although one was in force: their prompts are too long or too short. One row: one line.
--   gaps       table(line bigint, key integer, usage_class varchar, started_at timestamp): lines without a price
--   prices     as for derive_rate
--   unpriced   table(key integer, usage_class varchar, out_of_context_id ubigint): what such a line is
select distinct g.line, u.out_of_context_id as rate_id
from gaps g
join unpriced u on u.key = g.key and u.usage_class = g.usage_class
join prices p
    on p.key = g.key
    and p.usage_class = g.usage_class
    and (p.effective_from is null or g.started_at >= p.effective_from)
    and (p.effective_until is null or g.started_at < p.effective_until)
    and (p.tod_start_s is null or epoch(g.started_at::time) >= p.tod_start_s)
    and (p.tod_end_s is null or epoch(g.started_at::time) < p.tod_end_s)
