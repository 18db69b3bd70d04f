-- What the books of closed months lack about one day, summed. One row: one kind of correction x owner x rate x purpose.
--   $start_ns, $until_ns   bigint   the UTC day, half-open, unix nanoseconds
select
    entry, corrects_start, whole_us(started_at)::date as day, attribution_id, rate_id, purpose, sum(quantity) as quantity,
    sum(list_cost_usd) as list_cost_usd, sum(cost_usd) as cost_usd, count(*) as lines
from corrections(make_timestamp_ns($start_ns), make_timestamp_ns($until_ns))
group by all
