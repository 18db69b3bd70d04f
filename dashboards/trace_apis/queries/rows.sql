-- One row: one span of some traces, with what its model call used and what it costs; null where nobody knows. What is
-- newer than the mark of progress may lie outside of the extent, and is few.
--   wanted                 table(trace_id varchar)   32 hex digits each
--   $first_ns, $last_ns    bigint   extent of what is derived, both included; null where nothing is
--   $derived_seq           bigint   last batch that is derived
--   $limit                 bigint
with
-- take found

calls as (
    select * from model_calls
    where started_at >= make_timestamp_ns($first_ns)
        and started_at <= make_timestamp_ns($last_ns)
        and batch_seq <= $derived_seq
        and trace_id in (select i.trace_id from ids i)
    union all
    select * from model_calls
    where batch_seq > $derived_seq
        and trace_id in (select i.trace_id from ids i)
),

costs as (
    select
        l.trace_id, l.span_id, sum(l.cost_usd) as cost_usd, count(*) as lines,
        count_if(l.cost_usd is not null or r.status = 'amortised') as priced_lines
    from ledger_lines l
    join rates r on r.rate_id = l.rate_id
    where l.started_at >= make_timestamp_ns($first_ns)
        and l.started_at <= make_timestamp_ns($last_ns)
        and l.trace_id in (select i.trace_id from ids i)
    group by l.trace_id, l.span_id
)

select
    trace_hex(s.trace_id) as trace_id, span_hex(s.span_id) as span_id, span_hex(s.parent_span_id) as parent_span_id,
    s.batch_seq, epoch_ns(s.started_at) as started_at_ns, s.duration_ns, s.name, s.status, s.entry, s.service,
    c.input_tokens, c.output_tokens, c.cache_read_tokens, c.cache_write_tokens, c.reasoning_tokens,
    l.cost_usd::decimal(38, 15) as cost_usd,
    case
        when l.lines is null then null
        when l.priced_lines = 0 then 'unpriced'
        when l.priced_lines < l.lines then 'partial'
        else 'priced'
    end as cost_status
from found s
left join calls c on c.trace_id = s.trace_id and c.span_id = s.span_id
left join costs l on l.trace_id = s.trace_id and l.span_id = s.span_id
order by s.parent_span_id is not null, not s.entry, s.started_at, s.span_id
limit $limit
