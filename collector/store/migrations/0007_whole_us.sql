-- DuckDB rounds a timestamp_ns to the nearest microsecond wherever it makes a timestamp, a date or a part of it: what
-- began less than 500 ns before midnight would be booked on the next day. whole_us cuts instead.
create macro whole_us(moment) as make_timestamp(epoch_ns(moment) // 1000);

create or replace macro corrections(since, until) as table
    with sided as (
        select trace_id, span_id, started_at, attribution_id, rate_id, run_id, purpose, failed, quantity, list_cost_usd,
            cost_usd, 1 as side
        from ledger_lines
        where started_at >= since and started_at < until
        union all
        select trace_id, span_id, started_at, attribution_id, rate_id, run_id, purpose, failed, quantity, list_cost_usd,
            cost_usd, -booked
        from books_net(since, until)
    ),
    netted as (
        select trace_id, span_id, started_at, attribution_id, rate_id, max(run_id) as run_id, purpose, failed, quantity,
            list_cost_usd, cost_usd, sum(side) as side
        from sided
        group by all
        having sum(side) <> 0
    )
    select
        case when side > 0 then 'restatement' else 'reversal' end as entry,
        date_trunc('month', whole_us(started_at))::date as corrects_start,
        trace_id, span_id, started_at, attribution_id, rate_id, run_id, purpose, failed,
        case when side > 0 then quantity else -quantity end as quantity,
        case when side > 0 then list_cost_usd else -list_cost_usd end as list_cost_usd,
        case when side > 0 then cost_usd else -cost_usd end as cost_usd
    from netted, unnest(range(abs(side)::bigint));

-- Minutes are summed anew from the spans.
delete from ledger_lines;
delete from cost_minutes;
delete from requests;
delete from request_minutes;
delete from latency_minutes;
delete from objective_minutes;
update progress set derived_seq = 0;
