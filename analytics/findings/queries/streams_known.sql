-- One row: one figure and what its detector knows after every step before settled_s.
--   $step_s    bigint    length of the steps
--   $edition   varchar   how the state is written; what is written in another way is left out
select measure, dimension, value, epoch(settled_at)::bigint as settled_s, state
from finding_streams
where step_s = $step_s and edition = $edition
order by measure, dimension, value
