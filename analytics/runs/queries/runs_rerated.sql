-- Says how far a run has been derived again.
--   $run_id              integer
--   $rerated_until_ns    bigint    unix nanoseconds: spans that started before this are
update rate_runs set rerated_until_at = make_timestamp_ns($rerated_until_ns) where run_id = $run_id
