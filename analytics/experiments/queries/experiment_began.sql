-- When spans first named an experiment. One row; null: none did.
--   $name   varchar   the experiment
select epoch_ns(min(started_at)) as began_ns
from spans
where experiment = $name and variant is not null and suspect is null
