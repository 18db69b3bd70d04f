-- What derivation has still to do about spans that started before the end of a month. One row: one task; none: caught up.
--   $received_ns   bigint   unix nanoseconds; batches received later may wait
--   $until_ns      bigint   end of the month, unix nanoseconds
select format('{} batches from number {} on are not derived', count(*), min(batch_seq)) as task
from batches
where received_at < make_timestamp_ns($received_ns) and batch_seq > (select derived_seq from progress)
having count(*) > 0
union all
select format('reprice run {} is not through', run_id)
from rate_runs
where kind = 'reprice' and status = 'applied'
    and (start_at is null or start_at < make_timestamp_ns($until_ns))
    and (rerated_until_at is null
        or rerated_until_at < least(coalesce(until_at, rerated_until_at + interval 1 second), make_timestamp_ns($until_ns)))
order by task
