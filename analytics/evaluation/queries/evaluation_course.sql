-- How evaluations went over time. One row: one evaluation by its name and who says it, in one step.
--   source                 'run' of a golden set, 'human', or null: whoever else sent it
--   at_ns                  the beginning of the step, nanoseconds since 1970
--   results, scored        told in the step; and with a score
--   mean_score, spread     of the scores: mean and standard deviation; null where there are too few
--   least, greatest        score
--   $start_ns, $until_ns   bigint    instants of the evaluations, nanoseconds since 1970, until excluded
--   $step_ns               bigint    length of a step; steps begin at multiples of it
--   $name, $source         varchar   null means every one; source '' those without one
--   $tenant, $route        varchar   of the request it is about: null means every one, about nothing included; '' those
--                          without one
with
-- take told
select
    name, source, epoch_ns(occurred_at) // $step_ns * $step_ns as at_ns, count(*) as results, count(score_value) as scored, avg(score_value) as mean_score,
    stddev_samp(score_value) as spread, min(score_value) as least, max(score_value) as greatest
from told
group by name, source, at_ns
order by name, source nulls first, at_ns
