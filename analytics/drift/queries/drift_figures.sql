-- How often requests and calls had which figures in one period. One row: one measure x everybody, or one value of a
-- dimension, x block x cell of the figure.
--   $start_ns, $until_ns   bigint      the period: what ended (calls: began) in it, nanoseconds since 1970, half-open
--   $block_ns              bigint      length of a block; block n begins n blocks after the start
--   $dimensions            varchar[]   any of all, route, tenant, model
-- A request that does not tell a figure has no event for it. Of models, calls are counted, by the model that is asked for.
with
-- take analytics.by_dimension
asked as (
    select
        attribution_id, (epoch_ns(ended_at) - $start_ns::bigint) // $block_ns as block,
        unnest([
            {'measure': 'input_tokens', 'figure': input_tokens::double},
            {'measure': 'output_tokens', 'figure': output_tokens::double},
            {'measure': 'duration_ms', 'figure': duration_ns / 1e6},
            {'measure': 'cost_usd', 'figure': case when cost_status = 'priced' then cost_usd::double end}
        ], recursive := true)
    from requests
    where ended_at >= make_timestamp_ns($start_ns) and ended_at < make_timestamp_ns($until_ns) and complete
),
served as (
    select attribution_id, block, measure, figure_cell(figure) as cell, count(*) as events
    from asked
    where figure is not null
    group by all
),
paid as (
    select trace_id, span_id, sum(cost_usd)::double as cost_usd, bool_and(cost_usd is not null) as priced
    from ledger_lines
    where started_at >= make_timestamp_ns($start_ns) and started_at < make_timestamp_ns($until_ns)
        and list_contains($dimensions::varchar[], 'model')
    group by all
),
timed as (
    select trace_id, span_id, duration_ns
    from spans
    where kind = 'model' and started_at >= make_timestamp_ns($start_ns) and started_at < make_timestamp_ns($until_ns)
        and list_contains($dimensions::varchar[], 'model')
),
calls as (
    select
        c.request_model as value, (epoch_ns(c.started_at) - $start_ns::bigint) // $block_ns as block,
        unnest([
            {'measure': 'input_tokens', 'figure': c.input_tokens::double},
            {'measure': 'output_tokens', 'figure': c.output_tokens::double},
            {'measure': 'duration_ms', 'figure': s.duration_ns / 1e6},
            {'measure': 'cost_usd', 'figure': case when p.priced then p.cost_usd end}
        ], recursive := true)
    from model_calls c
    join timed s on s.trace_id = c.trace_id and s.span_id = c.span_id
    left join paid p on p.trace_id = c.trace_id and p.span_id = c.span_id
    where c.started_at >= make_timestamp_ns($start_ns) and c.started_at < make_timestamp_ns($until_ns)
        and c.request_model is not null
)
select s.measure, o.dimension, o.value, s.block::bigint as block, s.cell, sum(s.events)::bigint as events
from served s
join words o on o.attribution_id = s.attribution_id
where o.value is not null and list_contains($dimensions::varchar[], o.dimension)
group by all
union all
select measure, 'model', value, block::bigint, figure_cell(figure), count(*)::bigint
from calls
where figure is not null
group by all
order by all
