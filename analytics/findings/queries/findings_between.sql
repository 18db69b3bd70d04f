-- One row: one finding that was open at some time in a window, the newest first.
--   $start, $until   timestamp   the window, half-open
select
    replace(finding_id::varchar, '-', '') as finding_id, replace(group_id::varchar, '-', '') as group_id,
    measure, dimension, value, step_s, epoch(start_at)::bigint as start_s, epoch(alarmed_at)::bigint as alarmed_s,
    epoch(until_at)::bigint as until_s, ended_as, expected, observed, p_value, explanation, kind
from findings
where start_at < $until and (until_at is null or until_at >= $start)
order by alarmed_at desc, p_value, finding_id
