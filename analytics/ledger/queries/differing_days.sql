-- Days before a month whose ledger lines are not what the books say, by count and a sum of hashes that knows no order.
-- One row: one UTC day. Two lines of 64 bits each would have to collide for a difference to be missed.
--   $until_ns   bigint   start of the month, unix nanoseconds, excluded
with derived as (
    select
        epoch_ns(started_at) // 86400000000000 as day, count(*) as lines,
        sum(hash(
            trace_id, span_id, started_at, attribution_id, rate_id, purpose, failed, quantity, list_cost_usd, cost_usd
        )::hugeint) as fingerprint
    from ledger_lines
    where started_at < make_timestamp_ns($until_ns)
    group by all
),

booked as (
    select
        epoch_ns(started_at) // 86400000000000 as day, sum(booked) as lines,
        sum(booked * hash(
            trace_id, span_id, started_at, attribution_id, rate_id, purpose, failed, quantity, list_cost_usd, cost_usd
        )::hugeint) as fingerprint
    from books_net(make_timestamp_ns(0), make_timestamp_ns($until_ns))
    group by all
)

select date '1970-01-01' + coalesce(d.day, b.day)::integer as day
from derived d
full join booked b on b.day = d.day
where coalesce(d.lines, 0) <> coalesce(b.lines, 0) or coalesce(d.fingerprint, 0) <> coalesce(b.fingerprint, 0)
order by day
