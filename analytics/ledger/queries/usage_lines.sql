-- Usage in a window. One row: how many ledger lines there are, and the start of the first; null when there is none.
--   $start_ns, $until_ns   bigint   the window, half-open, unix nanoseconds; no end: null
select count(*) as lines, epoch_ns(min(started_at)) as first_ns
from ledger_lines
where started_at >= make_timestamp_ns($start_ns) and ($until_ns is null or started_at < make_timestamp_ns($until_ns))
