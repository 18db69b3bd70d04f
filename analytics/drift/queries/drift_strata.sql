-- What requests of one stream have in common, in one period. One row: one block x cell or word x combination of model asked
-- for, prompt, index and tenant, with its events.
--   $start_ns, $until_ns   bigint    the period, nanoseconds since 1970, half-open
--   $block_ns              bigint    length of a block; block n begins n blocks after the start
--   $measure               varchar   input_tokens, output_tokens, duration_ms, cost_usd, ended_as, finish_reason, told:NAME or label:NAME
--   $dimension, $value     varchar   whose requests: all, or those of one route or tenant
-- Model, prompt and index are those of the last by name where a request has several.
with
asked as (
    select
        q.trace_id, (epoch_ns(q.ended_at) - $start_ns::bigint) // $block_ns as block, a.tenant,
        case $measure
            when 'input_tokens' then q.input_tokens::double
            when 'output_tokens' then q.output_tokens::double
            when 'duration_ms' then q.duration_ns / 1e6
            when 'cost_usd' then case when q.cost_status = 'priced' then q.cost_usd::double end
        end as figure,
        case $measure when 'ended_as' then coalesce(q.error_type, q.status) when 'finish_reason' then q.finish_reason end as word
    from requests q
    left join attributions a on a.attribution_id = q.attribution_id
    where q.ended_at >= make_timestamp_ns($start_ns) and q.ended_at < make_timestamp_ns($until_ns) and q.complete
        and ($dimension <> 'tenant' or a.tenant = $value) and ($dimension <> 'route' or a.route = $value)
),
told as (
    select q.trace_id, q.block, q.tenant, f.value as figure, f.label as word
    from figures f
    join asked q on q.trace_id = f.trace_id
    where f.told_at >= make_timestamp_ns($start_ns) and f.told_at < make_timestamp_ns($until_ns)
        and f.measure = regexp_replace($measure, '^(told|label):', '')
),
events as (
    select trace_id, block, tenant, figure_cell(figure) as cell, word
    from asked
    where figure is not null or word is not null
    union all
    select trace_id, block, tenant, case when $measure like 'told:%' then figure_cell(figure) end,
        case when $measure like 'label:%' then word end
    from told
    where (case when $measure like 'told:%' then figure is not null else word is not null end)
),
calls as (
    select trace_id, max(request_model) as model
    from model_calls
    where started_at >= make_timestamp_ns($start_ns) - interval 1 hour and started_at < make_timestamp_ns($until_ns)
    group by trace_id
),
versions as (
    select
        trace_id, max(coalesce(prompt_name || ' ', '') || prompt_version) as prompt,
        max(coalesce(index_name || ' ', '') || index_version) as index
    from spans
    where started_at >= make_timestamp_ns($start_ns) - interval 1 hour and started_at < make_timestamp_ns($until_ns)
        and (prompt_version is not null or index_version is not null)
    group by trace_id
)
select
    e.block::bigint as block, e.cell, e.word, coalesce(c.model, '') as model, coalesce(v.prompt, '') as prompt,
    coalesce(v.index, '') as index, coalesce(e.tenant, '') as tenant, count(*)::bigint as events
from events e
left join calls c on c.trace_id = e.trace_id
left join versions v on v.trace_id = e.trace_id
group by all
order by all
