-- Means of what spans and evaluations tell, by step. One row: one step x one measure x everybody, or one value of a
-- dimension.
--   $start, $until    timestamp   the window, whole steps, half-open
--   $step_s           bigint      length of a step; step n begins n x $step_s after 1970
--   $dimensions       varchar[]   any of all, tenant, route, model
with
told as (
    select
        f.measure, epoch_ns(f.told_at) // 1000000000 // $step_s as step, f.value as figure, f.weight,
-- take analytics.figures_by_dimension
    where f.told_at >= $start and f.told_at < $until and f.value is not null
)
select
    dimension, value, step::bigint as step, measure, count(*)::double as events,
    sum(figure * weight::double) * count(*) / sum(weight::double) as sum
from told
where value is not null and list_contains($dimensions::varchar[], dimension)
group by all
having sum(weight) > 0
order by dimension, value, measure, step
