-- Books a day's usage, unless another closing has taken over.
--   $token                 varchar   of the closing
--   $period_start          date
--   $start_ns, $until_ns   bigint    the day, half-open, unix nanoseconds
insert into booked_lines by name
select
    $period_start as period_start, 'usage' as entry, null::date as corrects_start,
    trace_id, span_id, started_at, attribution_id, rate_id, run_id, purpose, failed, quantity, list_cost_usd, cost_usd
from ledger_lines
where started_at >= make_timestamp_ns($start_ns) and started_at < make_timestamp_ns($until_ns)
    and $token in (select token from closing)
