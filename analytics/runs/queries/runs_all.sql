-- Every run of prices and rules, newest first. One row: one run; instants are unix nanoseconds, null as in rate_runs.
select
    run_id, kind, status, edition_id, rules_id, epoch_ns(recorded_at) as recorded_ns, epoch_ns(as_of_at) as as_of_ns,
    from_seq, until_seq, epoch_ns(start_at) as start_ns, epoch_ns(until_at) as until_ns,
    epoch_ns(rerated_until_at) as rerated_until_ns, note
from rate_runs
order by run_id desc
