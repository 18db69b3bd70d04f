-- What one objective judged, in units of time that its budget counts. One row: one unit in which anything was judged: a
-- minute where occurrences are counted, else a slice of time.
--   $objective_id    ubigint     the objective
--   $group_id        integer     one of its groups, null for all of them
--   $since, $until   timestamp   whole minutes, half-open
--   $unit_minutes    bigint      length of a unit
--   $sliced          boolean     whether a slice counts as one
--   $slice_target    double      the ratio from which a slice is good, null where its ratio itself counts
-- total and good are millionths where occurrences are counted (weights are exact in millionths), slices where those are.
with units as (
    select
        epoch_ns(minute_at) // ($unit_minutes * 60000000000) as unit, sum(total) as total, sum(good) as good
    from objective_minutes
    where objective_id = $objective_id and minute_at >= $since and minute_at < $until
        and ($group_id is null or group_id = $group_id)
    group by all
    having sum(total) > 0
)
select
    unit,
    case when $sliced then 1 else total * 1000000 end::double as total,
    case
        when not $sliced then good * 1000000
        when $slice_target is null then good / total
        else (good / total >= $slice_target)::integer
    end::double as good
from units
order by unit
