-- Counts everything stored for objectives that are configured now and were not before, or from an instant on for some.
-- One row inserted: one objective x group x minute.
--   wanted   table shaped like objectives
--   $since   timestamp   nothing that ended before it; null means everything
insert into objective_minutes by name
with
judging as (
    select w.* from wanted w where w.objective_id not in (select o.objective_id from objectives o)
),
-- take everything
-- take observed
-- take judgement
select
    objective_id,
    group_id,
    date_trunc('minute', whole_us(happened_at)) as minute_at,
    sum(weight)::decimal(18, 6) as total,
    coalesce(sum(weight) filter (where good), 0)::decimal(18, 6) as good,
    count(*) as events,
    sum(weight * weight)::decimal(38, 12) as weight_square_sum
from placed
group by all
