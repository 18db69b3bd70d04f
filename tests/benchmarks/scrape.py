"""How long does a scrape take with 200 tenants, 30 models and 20 routes?

Every tenant uses every route, every model was called for every purpose that counts, both statuses were seen, and every
bucket of every histogram holds something, those of ten figures included; late data took something back from every tenth
tenant, from figures of every tenth route, and from every route and model. Few figures are the same. A million requests
and as many rows of the month's cost minutes lie in the store, 13,000 requests in reach of exemplars. Asked is the page
as Prometheus gets it: totals, money of the day and month, exemplars, encoding.

Run as ``python -m tests.benchmarks.scrape [requests]``.
"""

import asyncio
import statistics
import sys
import time
from datetime import UTC, datetime

import httpx

from collector.store import DuckDBStore, Query, Step
from dashboards.app import Parts, build_app
from dashboards.serving import settle

_REQUESTS, _ROUNDS = 1_000_000, 9
_NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
_OPEN_METRICS = "application/openmetrics-text; version=1.0.0"
_ATTRIBUTIONS = """
insert into attributions by name
select t * 20 + r as attribution_id, 'tenant-' || t as tenant, 'route-' || r as route
from range(200) ts(t), range(20) rs(r)
"""
_RATES = """
insert into rates by name
select
    m * 4 + c as rate_id, 'provider-' || m % 5 as provider, 'model-' || m as model,
    ['input_uncached', 'cache_read', 'output', 'cache_write'][c + 1] as usage_class, 'priced' as status
from range(30) ms(m), range(4) cs(c)
"""
_BY_TENANT = """
insert into metric_totals by name
select
    family, 'tenant-' || t as tenant, 'route-' || r as route, status, 1000 as added, if(t % 10 = 0, 1, 0) as taken_back,
    1.5 as amount_added, if(t % 10 = 0, 0.5, 0) as amount_taken_back, 1 as since_seq, 1 as fold
from range(200) ts(t), range(20) rs(r), (
    values ('requests', 'ok'), ('requests', 'error'), ('degraded_requests', null), ('unpriced_requests', null),
        ('cost', null)
) families(family, status)
"""
_BY_ROUTE = """
insert into metric_totals by name
select
    family, 'route-' || r as route, status, bound::double as bound, 1000 as added, 1 as taken_back,
    1.5e9 as amount_added, 0.5e9 as amount_taken_back, 1 as since_seq, 1 as fold
from range(20) rs(r),
    (values ('request_duration', 'ok'), ('request_duration', 'error'), ('first_chunk', null)) families(family, status),
    (select unnest([50, 100, 250, 500, 1e3, 2.5e3, 5e3, 1e4, 3e4, 6e4, 12e4, 'inf'::double]) as bound)
"""
_BY_FIGURE = """
insert into metric_totals by name
select
    'figures' as family, 'route-' || r as route, 'measure-' || m as measure, bound, 1000 as added,
    if(r % 10 = 0, 1, 0) as taken_back, 1.5e3 as amount_added, if(r % 10 = 0, 0.5, 0) as amount_taken_back,
    1 as since_seq, 1 as fold
from range(20) rs(r), range(10) ms(m), (
    select unnest([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 2, 3, 5, 10, 20, 50, 100, 1e3, 'inf']::double[])
        as bound
)
"""
_BY_CALL = """
insert into metric_totals by name
select
    family, 'model' as stage, 'provider-' || m % 5 as provider, 'model-' || m as request_model,
    'model-' || m || '-2026' as model, token_type,
    if(family = 'token_usage', pow(4, b), 10 * pow(2, b)) as bound, 1000 as added, 0 as taken_back,
    1.5e9 as amount_added, 0 as amount_taken_back, 1 as since_seq, 1 as fold
from range(30) ms(m), range(14) bs(b), (
    values ('operation_duration', null), ('token_usage', 'input'), ('token_usage', 'output')
) families(family, token_type)
"""
_BY_RATE = """
insert into metric_totals by name
select
    family, rate_id, purpose, 1000 as added, 1 as taken_back, 1.5 as amount_added, 0.5 as amount_taken_back,
    1 as since_seq, 1 as fold
from rates, (
    values ('line_quantity', null), ('line_cost', 'answer'), ('line_cost', 'retry'), ('line_cost', 'fallback')
) families(family, purpose)
"""
_DIFFERENT = """
update metric_totals set
    added = added + hash(rowid) % 100_000, amount_added = amount_added + hash(rowid) % 100_000_000 / 1e6
"""
_REQUEST_ROWS = """
insert into requests by name
select
    md5(n::varchar)::uuid as trace_id,
    make_timestamp_ns(epoch_ns($noon::timestamp) - ((($requests - n) * 9e6))::bigint) as started_at,
    started_at as ended_at, started_at as first_started_at, started_at as last_started_at,
    (1e6 * (n % 200000))::bigint as duration_ns, 'answer' as name,
    if(n % 9 = 0, 'error', 'ok') as status,
    true as complete, false as degraded, n % 4000 as attribution_id, 2 as span_count, 1 as call_count,
    'reported' as usage_status, 'priced' as cost_status, 0.01 as cost_usd
from range($requests) r(n)
"""
_SPANS = """
insert into spans by name
select
    trace_id, s + 1 as span_id, 1 as batch_seq, started_at, duration_ns, 'x' as name,
    if(s = 0, 'request', 'model') as kind,
    'ok' as status, s = 0 as entry, attribution_id
from requests, range(2) ss(s)
"""
_CALLS = """
insert into model_calls by name
select
    trace_id, span_id, batch_seq, started_at, 'provider-' || attribution_id % 5 as provider,
    'model-' || attribution_id % 30 as request_model, 'model-' || attribution_id % 30 || '-2026' as response_model,
    'reported' as usage_status
from spans
where kind = 'model'
"""
_MINUTES = """
insert into cost_minutes by name
select
    date_trunc('minute', $noon::timestamp - to_minutes((n % 28000)::bigint)) as minute_at,
    n % 4000 as attribution_id, n % 120 as rate_id, 'answer' as purpose, 1000 as quantity, 0.0123 as list_cost_usd,
    0.0123 as cost_usd, 1 as lines
from range($requests) r(n)
"""


def main() -> None:
    """Print medians in milliseconds, series and bytes."""
    requests = int(sys.argv[1]) if len(sys.argv) > 1 else _REQUESTS
    print(__doc__.splitlines()[0], "\n")
    store = _filled(requests)
    app = build_app(Parts(store, lambda: round(_NOON.timestamp()) * 1_000_000_000))
    settle()  # as `burnline serve` does once it has started
    print(f"| {requests:,} requests | median ms | slowest ms | CPU ms | least CPU ms | series | MB |")
    print("|---|---|---|---|---|---|---|")
    for name, accept in (("text", "*/*"), ("OpenMetrics, with exemplars", _OPEN_METRICS)):
        took, cpu, page = asyncio.run(_scraped(app, accept))
        series = sum(not line.startswith(b"#") for line in page.splitlines())
        figures = [one * 1e3 for one in (statistics.median(took), max(took), statistics.median(cpu), min(cpu))]
        told = " | ".join(f"{ms:.0f}" for ms in figures)
        print(f"| {name} | {told} | {series:,} | {len(page) / 1e6:.1f} |")
    store.close()


def _filled(requests: int) -> DuckDBStore:
    store = DuckDBStore(None)
    params = {"requests": requests, "noon": _NOON.replace(tzinfo=None)}
    texts = (
        *(_ATTRIBUTIONS, _RATES, _BY_TENANT, _BY_ROUTE, _BY_FIGURE, _BY_CALL, _BY_RATE, _DIFFERENT),
        *(_REQUEST_ROWS, _SPANS, _CALLS, _MINUTES),
    )
    for number, text in enumerate(texts):
        told = {name: value for name, value in params.items() if f"${name}" in text}
        store.change([Step(Query(f"fill_{number}", text), told)])
    return store


async def _scraped(app: object, accept: str) -> tuple[list[float], list[float], bytes]:
    took, cpu, page = [], [], b""
    transport = httpx.ASGITransport(app)  # type: ignore[arg-type]  # the application, whatever it is made with
    async with httpx.AsyncClient(transport=transport, base_url="http://burnline") as client:
        for _ in range(_ROUNDS):
            wall_s, cpu_s = time.perf_counter(), time.process_time()
            page = (await client.get("/metrics", headers={"Accept": accept})).content
            took.append(time.perf_counter() - wall_s)
            cpu.append(time.process_time() - cpu_s)
    return took, cpu, page


if __name__ == "__main__":
    main()
