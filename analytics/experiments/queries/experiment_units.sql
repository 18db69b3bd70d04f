-- Who met which variants of an experiment. One row: one kind of unit: tenant, user, session, and request, which is all of
-- them.
--   requests    that name one of that kind
--   returning   units with more than one request
--   mixed       of these, the ones that met several variants
--   $name                  varchar   the experiment
--   $start_ns, $until_ns   bigint    nanoseconds since 1970, half-open
with
-- take told
sessions as (
    select s.trace_id, min(s.session_id) as session_id
    from spans s
    semi join told t on t.trace_id = s.trace_id
    where s.session_id is not null
        and s.started_at >= make_timestamp_ns($start_ns - 3600000000000) and s.started_at < make_timestamp_ns($until_ns)
    group by s.trace_id
),
served as (
    select t.variant, q.user_id, a.tenant, s.session_id, trace_hex(q.trace_id) as trace
    from told t
    join requests q on q.trace_id = t.trace_id
    left join attributions a on a.attribution_id = q.attribution_id
    left join sessions s on s.trace_id = q.trace_id
    where q.complete and q.ended_at >= make_timestamp_ns($start_ns) and q.ended_at < make_timestamp_ns($until_ns)
),
named as (
    select 'tenant' as unit, tenant as who, variant from served where tenant is not null
    union all
    select 'user', user_id, variant from served where user_id is not null
    union all
    select 'session', session_id, variant from served where session_id is not null
    union all
    select 'request', trace, variant from served
),
counted as (
    select unit, who, count(*) as requests, min(variant) <> max(variant) as mixed
    from named
    group by unit, who
)
select
    unit, sum(requests)::bigint as requests, count(*) filter (where requests > 1) as returning,
    count(*) filter (where mixed) as mixed
from counted
group by unit
order by unit
