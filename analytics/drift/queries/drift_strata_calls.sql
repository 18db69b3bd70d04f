-- What calls of one model have in common, in one period. One row: one block x cell x combination of prompt and tenant, with
-- its events.
--   $start_ns, $until_ns   bigint    the period, nanoseconds since 1970, half-open
--   $block_ns              bigint    length of a block; block n begins n blocks after the start
--   $measure               varchar   input_tokens, output_tokens, duration_ms, cost_usd or finish_reason
--   $value                 varchar   the model as it is asked for
with
paid as (
    select trace_id, span_id, sum(cost_usd)::double as cost_usd, bool_and(cost_usd is not null) as priced
    from ledger_lines
    where started_at >= make_timestamp_ns($start_ns) and started_at < make_timestamp_ns($until_ns)
        and $measure = 'cost_usd'
    group by all
),
calls as (
    select
        (epoch_ns(c.started_at) - $start_ns::bigint) // $block_ns as block,
        coalesce(s.prompt_name || ' ', '') || s.prompt_version as prompt, a.tenant,
        case $measure
            when 'input_tokens' then c.input_tokens::double
            when 'output_tokens' then c.output_tokens::double
            when 'duration_ms' then s.duration_ns / 1e6
            when 'cost_usd' then case when p.priced then p.cost_usd end
        end as figure,
        case $measure when 'finish_reason' then c.finish_reason end as word
    from model_calls c
    join spans s on s.trace_id = c.trace_id and s.span_id = c.span_id and s.kind = 'model'
    left join paid p on p.trace_id = c.trace_id and p.span_id = c.span_id
    left join requests q on q.trace_id = c.trace_id
    left join attributions a on a.attribution_id = q.attribution_id
    where c.started_at >= make_timestamp_ns($start_ns) and c.started_at < make_timestamp_ns($until_ns)
        and s.started_at >= make_timestamp_ns($start_ns) and s.started_at < make_timestamp_ns($until_ns)
        and c.request_model = $value
)
select
    block::bigint as block, figure_cell(figure) as cell, word, '' as model, coalesce(prompt, '') as prompt,
    '' as index, coalesce(tenant, '') as tenant, count(*)::bigint as events
from calls
where figure is not null or word is not null
group by all
order by all
