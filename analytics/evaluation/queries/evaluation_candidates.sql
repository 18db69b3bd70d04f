-- Requests of a window that questions are sampled from. One row: one request that was drawn, with why it is in its class.
-- How a class is decided is in analytics/evaluation/sampling.py; requests of no class are counted and not drawn.
--   class_requests, stratum_requests   requests of its class, and of its class on its route, in the window
--   drawn            its place in the seeded order within class and route, from 1
--   $start_ns, $until_ns   bigint      nanoseconds since 1970, start included, until excluded
--   $tenant, $team, $feature, $route, $environment   varchar   null means every one, '' means those without one
--   $threshold       double      scores below are bad
--   $margin          double      scores this near to the threshold are neither good nor bad
--   $spread          double      scores of one answer this far apart disagree
--   $frequent        double      routes that together have this share of the requests are frequent
--   $seed            varchar     decides the order
--   $limit           bigint      rows of each class and route
with wanted as (
    select attribution_id, route from attributions
    where ($tenant is null or coalesce(tenant, '') = $tenant)
        and ($team is null or coalesce(team, '') = $team)
        and ($feature is null or coalesce(feature, '') = $feature)
        and ($route is null or coalesce(route, '') = $route)
        and ($environment is null or coalesce(environment, '') = $environment)
),

asked as (
    select r.trace_id, r.started_at, r.status, r.input_tokens, coalesce(w.route, '') as route
    from requests r
    join wanted w using (attribution_id)
    where r.complete and r.started_at >= make_timestamp_ns($start_ns) and r.started_at < make_timestamp_ns($until_ns)
),

routes as (
    select
        route, approx_quantile(input_tokens, 0.95) as long_tokens, count(*) as requests,
        coalesce(sum(count(*)) over (order by count(*) desc, route rows between unbounded preceding and 1 preceding), 0)
            < $frequent * sum(count(*)) over () as frequent
    from asked
    group by route
),

scores as (
    select
        trace_id, min(value) as lowest, max(value) as highest, min(abs(value - $threshold)) as nearest,
        bool_or(lower(label) in ('fail', 'failed', 'bad', 'incorrect', 'no')) as failed,
        bool_or(lower(label) in ('pass', 'passed', 'good', 'correct', 'yes')) as passed
    from figures
    where record_index is not null and trace_id in (select trace_id from asked) and (value is null or value between 0 and 1)
    group by trace_id
),

trouble as (
    select distinct trace_id from ledger_lines
    where purpose in ('retry', 'fallback', 'failed_attempt') and trace_id in (select trace_id from asked)
),

guarded as (
    select distinct trace_id from spans
    where kind = 'guardrail' and (status = 'error' or error_type is not null)
        and trace_id in (select trace_id from asked)
),

judged as (
    select
        a.trace_id, a.started_at, a.route, f.frequent,
        case
            when s.highest - s.lowest >= $spread or (s.failed and s.passed) then 'evaluators disagree'
            when s.nearest <= $margin then 'a score near the threshold'
        end as ambiguous,
        case
            when a.status = 'error' then 'error'
            when g.trace_id is not null then 'guardrail'
            when s.lowest < $threshold or s.failed then 'low score'
            when t.trace_id is not null then 'retries'
            when a.input_tokens >= f.long_tokens and f.requests >= 20 then 'long context'
        end as hard
    from asked a
    join routes f using (route)
    left join scores s using (trace_id)
    left join trouble t using (trace_id)
    left join guarded g using (trace_id)
),

classed as (
    select
        *,
        case when ambiguous is not null then 'ambiguous' when hard is not null then 'hard' when frequent then 'common' end
            as question_class,
        coalesce(ambiguous, hard, 'frequent route') as why
    from judged
),

counted as (
    select
        *, count(*) over (partition by question_class) as class_requests,
        count(*) over (partition by question_class, route) as stratum_requests,
        row_number() over (partition by question_class, route order by md5($seed || trace_hex(trace_id))) as drawn
    from classed
)

select
    trace_hex(trace_id) as trace_id, epoch_ns(started_at) as started_at_ns, route, coalesce(question_class, 'rare') as class,
    why, class_requests, stratum_requests, drawn
from counted
where drawn <= case when question_class is null then 1 else $limit end
order by class, drawn, route
