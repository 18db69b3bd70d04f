-- Counts every stored request for objectives that are configured now and were not before.
--   wanted   table shaped like objectives
insert into objective_minutes by name
with
added as (
    select w.* from wanted w where w.objective_id not in (select o.objective_id from objectives o)
),
objectives as (
    select * from added
),
fresh as (
    select * from requests
),
-- judgement
select objective_id, date_trunc('minute', whole_us(ended_at)) as minute_at, count(*) as total, count_if(good) as good
from judged
where good is not null
group by all
