-- Lines that no price fits although one was in force: their prompts are too long or too short. One row: one line.
--   gaps       table(line bigint, key integer, usage_class varchar, started_ns bigint): lines without a price
--   prices     as for derive_rate
--   unpriced   table(key integer, usage_class varchar, out_of_context_id ubigint): what such a line is
with told as (
    select
        *,
        started_ns // 1000000000 % 86400 as second_of_day,
        (started_ns // 86400000000000 + 3) % 7 as weekday
    from gaps
)
select distinct g.line, u.out_of_context_id as rate_id
from told g
join unpriced u on u.key = g.key and u.usage_class = g.usage_class
join prices p
    on p.key = g.key
    and p.usage_class = g.usage_class
    and g.started_ns >= p.from_ns
    and g.started_ns < p.until_ns
    and g.second_of_day >= p.tod_start_s
    and g.second_of_day < p.tod_end_s
    and (p.weekdays >> g.weekday) & 1 = 1
