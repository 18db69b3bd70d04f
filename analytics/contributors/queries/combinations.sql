-- What judged events have in common. One row: one combination of words, with what was judged under it.
--   events         table(trace_id uuid, span_id ubigint, attribution_id ubigint, stage varchar, provider varchar,
--                  model varchar, good boolean, weight double)
--   $start, $until timestamp   spans that started within, which holds all of the events' own
--   $whole         boolean     whether whole requests were judged: then the models and providers of all their calls count
-- A request has as many models, providers and versions as its spans name; a span has its own, and its request's versions.
-- Which of them is one bit each of a number: sets as lists take four times as long. The 120 names with the most spans
-- count.
with
traces as (
    select distinct trace_id from events where trace_id is not null
),
calls as (
    select
        c.trace_id, coalesce(c.response_model, c.request_model) as model, c.provider,
        hash(coalesce(c.response_model, c.request_model), c.provider) as words
    from model_calls c
    where $whole and c.started_at >= $start and c.started_at < $until
),
told as (
    select
        s.trace_id, s.service, s.service_version, s.prompt_name, s.prompt_version, s.index_name, s.index_version,
        hash(
            s.service, s.service_version, s.prompt_name, s.prompt_version, s.index_name, s.index_version
        ) as words
    from spans s
    where s.started_at >= $start and s.started_at < $until
        and (s.service_version is not null or s.prompt_version is not null or s.index_version is not null)
),
called as (
    select *, row_number() over (order by spans desc, model, provider) - 1 as place
    from (select words, any_value(model) as model, any_value(provider) as provider, count(*) as spans from calls group by words)
    qualify place < 120
),
named as (
    select *, row_number() over (order by spans desc, words) - 1 as place
    from (
        select
            words, any_value(service) as service, any_value(service_version) as service_version,
            any_value(prompt_name) as prompt_name, any_value(prompt_version) as prompt_version,
            any_value(index_name) as index_name, any_value(index_version) as index_version, count(*) as spans
        from told
        group by words
    )
    qualify place < 120
),
calls_of as (
    select c.trace_id, bit_or(1::hugeint << n.place::integer) as calls
    from calls c
    join called n on n.words = c.words
    semi join traces t on t.trace_id = c.trace_id
    group by c.trace_id
),
versions_of as (
    select s.trace_id, bit_or(1::hugeint << n.place::integer) as versions
    from told s
    join named n on n.words = s.words
    semi join traces t on t.trace_id = s.trace_id
    group by s.trace_id
),
combined as (
    select
        e.attribution_id, e.stage, e.model, e.provider, c.calls, v.versions,
        sum(e.weight) as total,
        coalesce(sum(e.weight) filter (where not e.good), 0) as bad
    from events e
    left join calls_of c on c.trace_id = e.trace_id
    left join versions_of v on v.trace_id = e.trace_id
    group by all
),
model_sets as (
    select
        s.calls, list(distinct n.model) filter (where n.model is not null) as models,
        list(distinct n.provider) filter (where n.provider is not null) as providers
    from (select distinct calls from combined) s
    join called n on s.calls & (1::hugeint << n.place::integer) <> 0
    group by all
),
version_sets as (
    select
        s.versions,
        list_distinct(list_concat(
            list(distinct coalesce(n.service, 'service') || ' ' || n.service_version),
            list(distinct 'prompt ' || coalesce(n.prompt_name || ' ', '') || n.prompt_version),
            list(distinct 'index ' || coalesce(n.index_name || ' ', '') || n.index_version)
        )) as names
    from (select distinct versions from combined) s
    join named n on s.versions & (1::hugeint << n.place::integer) <> 0
    group by all
)
select
    a.tenant, a.team, a.feature, a.route, a.tier, a.environment, b.stage,
    list_sort(case when $whole then m.models when b.model is not null then [b.model] end) as models,
    list_sort(case when $whole then m.providers when b.provider is not null then [b.provider] end) as providers,
    list_sort(v.names) as versions, b.total, b.bad
from combined b
left join attributions a on a.attribution_id = b.attribution_id
left join model_sets m on m.calls = b.calls
left join version_sets v on v.versions = b.versions
order by all
