-- What was evaluated in a window. One row: one evaluation by its name and who says it.
--   source          'run' of a golden set, 'human', or null: whoever else sent it, as evaluators of traffic do
--   mean_score      of those with a score; null without any
--   spread, least, greatest   of the scores: standard deviation, and the ends of their range
--   about_requests  how many are about a request that is stored
--   $start_ns, $until_ns   bigint    instants of the evaluations, nanoseconds since 1970, until excluded
--   $name           varchar   null means every one
--   $source         varchar   null means every one, '' those without one
--   $tenant, $route   varchar   of the request it is about: null means every one, about nothing included; '' those without
--                   one
with
-- take told
select
    name, source, count(*) as results, count(score_value) as scored, avg(score_value) as mean_score,
    stddev_samp(score_value) as spread, min(score_value) as least, max(score_value) as greatest,
    count(*) filter (where lower(label) in ('pass', 'passed', 'good', 'correct', 'yes')) as passed,
    count(*) filter (where lower(label) in ('fail', 'failed', 'bad', 'incorrect', 'no')) as failed,
    count(*) filter (where attribution_id <> 0) as about_requests,
    epoch_ns(min(occurred_at)) as first_at_ns, epoch_ns(max(occurred_at)) as last_at_ns
from told
group by name, source
order by name, source nulls first
