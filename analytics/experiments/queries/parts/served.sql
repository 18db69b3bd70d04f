-- Requests of an experiment that ended in a window, each with its variant and the unit that was randomised: served, and
-- kept, which are those of units that met one variant alone.
--   $name                  varchar   the experiment
--   $start_ns, $until_ns   bigint    nanoseconds since 1970, half-open
--   $unit                  varchar   tenant, user, session or request; a request that names none is a unit of its own
-- A unit is a hash of 64 bits: two of a million fall together once in thirty million experiments, and names are long.
-- take told
sessions as (
    select s.trace_id, min(s.session_id) as session_id
    from spans s
    semi join told t on t.trace_id = s.trace_id
    where s.session_id is not null and $unit = 'session'
        and s.started_at >= make_timestamp_ns($start_ns - 3600000000000) and s.started_at < make_timestamp_ns($until_ns)
    group by s.trace_id
),
named as (
    select
        q.trace_id, t.variant, t.variants, q.status, q.duration_ns, q.cost_status, q.cost_usd,
        case $unit when 'tenant' then a.tenant when 'user' then q.user_id when 'session' then s.session_id end as who
    from told t
    join requests q on q.trace_id = t.trace_id
    left join attributions a on a.attribution_id = q.attribution_id
    left join sessions s on s.trace_id = q.trace_id
    where q.complete and q.ended_at >= make_timestamp_ns($start_ns) and q.ended_at < make_timestamp_ns($until_ns)
),
served as (
    select * exclude (who), case when who is null then hash(trace_id) else hash(who) end as unit from named
),
mixed as (
    select unit from served group by unit having max(variants) > 1 or min(variant) <> max(variant)
),
kept as (
    select * from served anti join mixed on mixed.unit = served.unit
)
