"""A month of ten million spans in a store: two million requests of 40 tenants on five routes, to the instant given.

Spans, calls, requests and ledger lines are written in bulk; minutes and the counts of objectives are made of them by
the derivation's own queries and put in the order of their time, so the roll-ups are what a server would have. A request
has five spans: itself, a look into the cache, a retrieval, an embedding and an answer. There are 400 attributions, ten
models and two versions of the service, the second since the last day; two requests of a hundred fail, and one in five
of what one tenant sent in the last hour.
"""

from datetime import datetime
from decimal import Decimal
from pathlib import Path

from analytics.slo.judging import register
from analytics.slo.objective import Dimension, Objective, Sli
from collector.store import DuckDBStore, Query, Step, queries_of

SPANS_EACH = 5
OBJECTIVES = (
    Objective("answers", Sli.AVAILABILITY, 0.99),
    Objective("quick", Sli.LATENCY, 0.95, threshold_ms=4_000.0, route="route-1"),
    Objective("cheap", Sli.COST, 0.95, ceiling_usd=Decimal("0.02")),
    Objective("tenants", Sli.AVAILABILITY, 0.99, per=(Dimension.TENANT,)),
    Objective("models", Sli.AVAILABILITY, 0.99, stage="model", per=(Dimension.MODEL,)),
)
_DERIVE = queries_of("analytics")
_ATTRIBUTIONS = """
insert into attributions by name
select
    t * 10 + r * 2 + s as attribution_id, 'tenant-' || t as tenant, 'team-' || t % 8 as team,
    'feature-' || r % 3 as feature, 'route-' || r as route, ['standard', 'economy'][s + 1] as tier,
    'prod' as environment, 'CC-' || t % 12 as cost_center
from range(40) ts(t), range(5) rs(r), range(2) ss(s)
"""
_RATES = """
insert into rates by name
select
    m * 3 + c as rate_id, 'provider-' || m % 3 as provider, 'model-' || m as request_model,
    'model-' || m || '-2026' as model,
    'model-' || m || '-2026' as response_model, ['input_uncached', 'cache_read', 'output'][c + 1] as usage_class,
    'price-' || m || '-' || c as price_id,
    [0.0000025, 0.00000125, 0.00001][c + 1]::decimal(19, 15) as unit_price_usd, unit_price_usd as list_unit_price_usd,
    'priced' as status
from range(10) ms(m), range(3) cs(c)
"""
_REQUESTS = """
insert into requests by name
with numbered as (
    select
        n, hash(n) as h,
        make_timestamp_ns(
            epoch_ns($until::timestamp) - (($requests - n) * (2592000000000000 / $requests))::bigint - 10000000000
        ) as started_at
    from range($requests) r(n)
),
drawn as (
    select *, (h % 400)::ubigint as attribution_id, (h // 400) % 1000 as draw,
        (h // 400000) % 9000 * 1000000 + 200000000 as duration_ns
    from numbered
)
select
    md5(n::varchar)::uuid as trace_id, started_at,
    make_timestamp_ns(epoch_ns(started_at) + duration_ns::bigint) as ended_at,
    started_at as first_started_at, started_at as last_started_at, duration_ns::bigint as duration_ns, 'answer' as name,
    case
        when draw < 20 or (draw < 200 and attribution_id // 10 = 7 and n > $requests * 0.9986) then 'error' else 'ok'
    end as status,
    case when status = 'error' then 'timeout' end as error_type,
    true as complete, draw % 50 = 0 as degraded, attribution_id, 'user-' || h % 5000 as user_id,
    'assistant' as service,
    5 as span_count, 2 as call_count, 'reported' as usage_status, 1000 + (draw * 4)::bigint as input_tokens,
    50 + (draw % 300)::bigint as output_tokens, 100 as cache_read_tokens, 0 as cache_write_tokens,
    null as reasoning_tokens, 'priced' as cost_status,
    ((900 + draw * 4) * 0.0000025::decimal(19, 15) + 100 * 0.00000125::decimal(19, 15)
        + (50 + draw % 300) * 0.00001::decimal(19, 15))::decimal(38, 15) as cost_usd,
    (200 + draw)::double as first_chunk_ms
from drawn
"""
_SPANS = """
insert into spans by name
select
    q.trace_id, s + 1 as span_id, case when s > 0 then 1 end as parent_span_id,
    1 + (epoch_ns(q.started_at) - epoch_ns($until::timestamp) + 2600000000000000) // 100000000000 as batch_seq,
    make_timestamp_ns(epoch_ns(q.started_at) + s * 20000000) as started_at,
    case s when 0 then q.duration_ns when 4 then q.duration_ns - 150000000 else 20000000 end as duration_ns,
    ['answer', 'lookup', 'search', 'embed', 'chat'][s + 1] as name,
    ['request', 'cache', 'retriever', 'embedding', 'model'][s + 1] as kind,
    case when q.status = 'error' and s in (0, 4) then 'error' else 'ok' end as status,
    case when q.status = 'error' and s in (0, 4) then 'timeout' end as error_type,
    s = 0 as entry, q.degraded, q.attribution_id, 'assistant' as service,
    case when q.started_at > $until::timestamp_ns - interval 1 day then 'v2' else 'v1' end as service_version,
    case when s = 2 then 'handbook' end as index_name
from requests q, range(5) ss(s)
"""
_CALLS = """
insert into model_calls by name
select
    s.trace_id, s.span_id, s.batch_seq, s.started_at, 'provider-' || s.attribution_id % 3 as provider,
    'model-' || s.attribution_id % 10 as request_model, 'model-' || s.attribution_id % 10 || '-2026' as response_model,
    'reported' as usage_status, case when s.kind = 'model' then 1000 else 10 end as input_tokens,
    case when s.kind = 'model' then 100 end as output_tokens
from spans s
where s.kind in ('model', 'embedding')
"""
_LINES = """
insert into ledger_lines by name
select
    q.trace_id, 5 as span_id, q.started_at, q.attribution_id, q.attribution_id % 10 * 3 + c as rate_id, 1 as run_id,
    'answer' as purpose, q.status = 'error' as failed, q.input_tokens as prompt_tokens,
    [q.input_tokens - 100, 100, q.output_tokens][c + 1] as quantity,
    (quantity * [0.0000025, 0.00000125, 0.00001][c + 1]::decimal(19, 15))::decimal(38, 15) as list_cost_usd,
    list_cost_usd as cost_usd
from requests q, range(3) cs(c)
"""
_BATCH = """
insert into batches by name
select max(batch_seq) as batch_seq, uuid() as batch_id, 'traces' as signal, $until::timestamp_ns as received_at,
    count(*) as received, count(*) as stored, 0 as duplicate, 0 as rejected
from spans
"""
_PROGRESS = "update progress set derived_seq = (select max(batch_seq) from spans)"
_FRESH = "create temp table fresh as select *, 1 as sign from requests"
_STAGES = """
create temp table stages as
select
    make_timestamp_ns(epoch_ns(s.started_at) + s.duration_ns) as ended_at, s.attribution_id, s.kind as stage,
    c.provider, c.response_model as model, s.duration_ns, s.status = 'error' as failed, 1 as sign
from spans s
left join model_calls c on c.trace_id = s.trace_id and c.span_id = s.span_id
"""
_RATED = "create temp table rated as select * from ledger_lines"
_OLD = "create temp table old_lines as select * from ledger_lines limit 0"
_SUMMED = ("request_minutes", "latency_minutes", "cost_minutes", "objective_minutes")
"""A server derives minute by minute, so that its roll-ups lie in the order of their time."""
_DONE = ("fresh", "stages", "rated", "old_lines")


def month(folder: Path, requests: int, until: datetime) -> DuckDBStore:
    """Open the store of a folder; it is filled if it is empty, with what ended until an instant."""
    filled = (folder / "burnline.duckdb").is_file()
    store = DuckDBStore(folder)
    if not filled:
        _fill(store, {"requests": requests, "until": until.replace(tzinfo=None)})
        register(store, OBJECTIVES)
        for name in _SUMMED:
            store.change(_in_order(name))
    return store


def _fill(store: DuckDBStore, params: dict[str, object]) -> None:
    texts = (_ATTRIBUTIONS, _RATES, _REQUESTS, _SPANS, _CALLS, _LINES, _BATCH)
    for number, text in enumerate(texts):
        told = {name: value for name, value in params.items() if f"${name}" in text}
        store.change([Step(Query(f"fill_{number}", text), told)])
    store.change(_derived(("request_minutes", "request_latency"), (_FRESH,)))
    store.change(_derived(("stage_latency",), (_STAGES,)))
    store.change(_derived(("cost_minutes",), (_RATED, _OLD)))
    store.change([Step(Query("progress", _PROGRESS))])


def _derived(names: tuple[str, ...], given: tuple[str, ...]) -> list[Step]:
    """Run queries of the derivation over everything there is, as if all of it came at once."""
    tables = [Step(Query(f"given_{number}", text)) for number, text in enumerate(given)]
    done = [Step(Query(f"drop_{name}", f"drop table if exists {name}")) for name in _DONE]
    return [*tables, *(Step(_DERIVE[f"derive_{name}"]) for name in names), *done]


def _in_order(name: str) -> list[Step]:
    texts = (
        f"create temp table unordered as select * from {name}",  # noqa: S608 - a name of ours
        f"truncate {name}",
        f"insert into {name} select * from unordered order by minute_at",  # noqa: S608 - a name of ours
        "drop table unordered",
    )
    return [Step(Query(f"order_{name}_{number}", text)) for number, text in enumerate(texts)]
