-- Calls of one model around an instant. One row: one side of it.
--   $model                         varchar   the model as it is asked for
--   $start_ns, $at_ns, $until_ns   bigint    calls that began from the start on and before the end; nanoseconds since 1970
-- Tokens are means over the calls that tell them, null where none does; cost is the sum over the priced calls.
with
calls as (
    select trace_id, span_id, started_at >= make_timestamp_ns($at_ns) as since, input_tokens, output_tokens
    from model_calls
    where started_at >= make_timestamp_ns($start_ns) and started_at < make_timestamp_ns($until_ns)
        and request_model = $model
),
paid as (
    select l.trace_id, l.span_id, sum(l.cost_usd) as cost_usd, bool_and(l.cost_usd is not null) as priced
    from ledger_lines l
    semi join calls c on c.trace_id = l.trace_id and c.span_id = l.span_id
    where l.started_at >= make_timestamp_ns($start_ns) and l.started_at < make_timestamp_ns($until_ns)
    group by all
)
select
    c.since, count(*) as calls, avg(c.input_tokens) as input_tokens, avg(c.output_tokens) as output_tokens,
    sum(p.cost_usd) filter (where p.priced) as cost_usd, count(*) filter (where p.priced) as priced
from calls c
left join paid p on p.trace_id = c.trace_id and p.span_id = c.span_id
group by all
order by all
