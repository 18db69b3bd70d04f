-- By what the booked lines of a month were rated. One row: one run; edition and rules are null where nobody noted the run.
--   $period_start   date
select b.run_id, r.edition_id::varchar as edition_id, r.rules_id::varchar as rules_id
from (select distinct l.run_id from booked_lines l where l.period_start = $period_start) b
left join rate_runs r on r.run_id = b.run_id
order by b.run_id
