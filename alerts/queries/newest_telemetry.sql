-- When the newest request that is known ended, in unix nanoseconds. One row; null: none in the window.
--   $since, $until   timestamp   the window, half-open
select epoch_ns(max(ended_at)) as newest_ns
from requests
where ended_at >= $since and ended_at < $until
