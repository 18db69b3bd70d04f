-- What the ledger lines of a window were rated by, to look up what they would be rated by. One row: one rate.
--   $start_ns, $until_ns   bigint   starts of spans, unix nanoseconds, half-open
with used as (
    select distinct l.rate_id
    from ledger_lines l
    where l.started_at >= make_timestamp_ns($start_ns) and l.started_at < make_timestamp_ns($until_ns)
)
select r.*
from used u
join rates r on r.rate_id = u.rate_id
