-- What judged events have in common. One row: one combination of words, with what was judged under it.
--   events         table(trace_id uuid, span_id ubigint, attribution_id ubigint, stage varchar, provider varchar,
--                  model varchar, good boolean, weight double)
--   $start, $until timestamp   spans that started within, which holds all of the events' own
--   $whole         boolean     whether whole requests were judged: then the models and providers of all their calls count
-- A request has as many models, providers and versions as its spans name; a span has its own, and its request's versions.
with
traces as (
    select distinct trace_id from events where trace_id is not null
),
calls as (
    select
        c.trace_id,
        list_sort(list(distinct coalesce(c.response_model, c.request_model))) as models,
        list_sort(list(distinct c.provider)) as providers
    from model_calls c
    semi join traces t on t.trace_id = c.trace_id
    where $whole and c.started_at >= $start and c.started_at < $until
    group by all
),
named as (
    select
        s.trace_id,
        list_sort(list_distinct(list_concat(
            list(distinct coalesce(s.service, 'service') || ' ' || s.service_version),
            list(distinct 'prompt ' || coalesce(s.prompt_name || ' ', '') || s.prompt_version),
            list(distinct 'index ' || coalesce(s.index_name || ' ', '') || s.index_version)
        ))) as versions
    from spans s
    semi join traces t on t.trace_id = s.trace_id
    where s.started_at >= $start and s.started_at < $until
        and (s.service_version is not null or s.prompt_version is not null or s.index_version is not null)
    group by all
),
combined as (
    select
        e.attribution_id, e.stage,
        case when $whole then c.models when e.model is not null then [e.model] end as models,
        case when $whole then c.providers when e.provider is not null then [e.provider] end as providers,
        n.versions,
        sum(e.weight) as total,
        coalesce(sum(e.weight) filter (where not e.good), 0) as bad
    from events e
    left join calls c on c.trace_id = e.trace_id
    left join named n on n.trace_id = e.trace_id
    group by all
)
select
    a.tenant, a.team, a.feature, a.route, a.tier, a.environment, b.stage, b.models, b.providers, b.versions, b.total, b.bad
from combined b
left join attributions a on a.attribution_id = b.attribution_id
order by all
