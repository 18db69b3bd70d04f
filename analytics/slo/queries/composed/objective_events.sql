-- What an objective judged in a window, one by one. One row: one judged request, span or figure.
--   wanted          table shaped like objectives: the one that judges
--   $start, $until  timestamp   the window, start included
--   $tenant, $team, $feature, $route, $environment, $stage, $provider, $model   varchar   null means any
-- span_id, stage, provider and model are null where requests are judged.
with
judging as (
    select * from wanted
),
-- if request
requests_told as (
    select
        q.*, 1 as sign,
        {'trace_id': q.trace_id, 'span_id': null::ubigint, 'attribution_id': q.attribution_id,
            'stage': null::varchar, 'provider': null::varchar, 'model': null::varchar} as mark
    from requests q
    where q.ended_at >= $start and q.ended_at < $until
),
-- end
-- if span
spans_within as (
    select s.* exclude (ended_at), {'trace_id': s.trace_id, 'span_id': s.span_id} as mark
    from (
        select *, make_timestamp_ns(epoch_ns(started_at) + duration_ns) as ended_at
        from spans
        where batch_seq <= (select max(derived_seq) from progress)
    ) s
    where s.started_at < $until and s.ended_at >= $start and s.ended_at < $until
),
-- take span_events
spans_told as (
    select
        e.* replace (
            {'trace_id': e.mark.trace_id, 'span_id': e.mark.span_id, 'attribution_id': e.attribution_id,
                'stage': e.stage, 'provider': e.provider, 'model': e.model} as mark
        ),
        1 as sign
    from span_events e
),
-- end
-- if measure
figures_told as (
    select
        f.*, 1 as sign,
        {'trace_id': f.trace_id, 'span_id': f.span_id, 'attribution_id': f.attribution_id,
            'stage': f.stage, 'provider': f.provider, 'model': f.model} as mark
    from figures f
    where f.told_at >= $start and f.told_at < $until
),
-- end
-- take observed
-- take judgement
told as (
    select
        unnest(p.mark), p.good,
        -- if measure
        p.weight::double as weight
        -- end
        -- unless measure
        1::double as weight
        -- end
    from placed p
)
select t.*
from told t
left join attributions a on a.attribution_id = t.attribution_id
where ($tenant is null or coalesce(a.tenant, '') = $tenant)
    and ($team is null or coalesce(a.team, '') = $team)
    and ($feature is null or coalesce(a.feature, '') = $feature)
    and ($route is null or coalesce(a.route, '') = $route)
    and ($environment is null or coalesce(a.environment, '') = $environment)
    and ($stage is null or coalesce(t.stage, '') = $stage)
    and ($provider is null or coalesce(t.provider, '') = $provider)
    and ($model is null or coalesce(t.model, '') = $model)
