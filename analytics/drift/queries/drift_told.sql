-- How often spans and evaluations told which figures in one period. One row: one measure x everybody, or one value of a
-- dimension, x block x cell of the figure.
--   $start_ns, $until_ns   bigint      the period, nanoseconds since 1970, half-open
--   $block_ns              bigint      length of a block; block n begins n blocks after the start
--   $dimensions            varchar[]   any of all, route, tenant, model
with
told as (
    select
        f.measure, (epoch_ns(f.told_at) - $start_ns::bigint) // $block_ns as block, f.value as figure,
-- take analytics.figures_by_dimension
    where f.told_at >= make_timestamp_ns($start_ns) and f.told_at < make_timestamp_ns($until_ns) and f.value is not null
)
select
    'told:' || measure as measure, dimension, value, block::bigint as block, figure_cell(figure) as cell,
    count(*)::bigint as events
from told
where value is not null and list_contains($dimensions::varchar[], dimension)
group by all
order by all
