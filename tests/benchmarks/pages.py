"""How long does each call of a page of the console take on ten million spans of a month?

The store is on disk and opened as a server opens it: 512 MB, one thread. Every call is asked over the application nine
times, after a first one that is told by itself; so what the operating system keeps of the file is there, as on a server
that is in use. The limit is one of CPU time, which others on the machine do not lengthen.

Run as ``python -m tests.benchmarks.pages [spans] [folder] [words of a call]``; a folder is filled once and kept.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path

import httpx

from alerts.journal import Journal
from analytics.answering import Clock
from analytics.api import Goals
from analytics.chargeback.finance import Finance
from analytics.notation import NS_PER_S
from analytics.slo.burn import nanoseconds
from analytics.spending.budget import SpendBudget
from analytics.spending.spending import Spending
from collector.store import DuckDBStore
from dashboards.app import Parts, build_app
from dashboards.offices import offices, routes
from tests.benchmarks.month import OBJECTIVES, SPANS_EACH, month

SPANS = 10_000_000
LIMIT_MS = 300
_ROUNDS = 9
NOON = datetime(2026, 11, 21, 12, 0, 30, tzinfo=UTC)
_HOUR, _DAY, _MONTH = timedelta(hours=1), timedelta(days=1), timedelta(days=30)


def _since(length: timedelta) -> str:
    return (NOON - length).isoformat().replace("+00:00", "Z")


def calls(trace_id: str) -> Iterator[tuple[str, str]]:
    """The page, and what it asks."""
    yield "overview", "/v1/overview?window_s=3600"
    yield "overview", "/v1/overview?window_s=86400"
    yield "overview, a tenant", "/v1/overview?window_s=3600&tenant=tenant-7"
    for name, length in (("hour", _HOUR), ("day", _DAY), ("month", _MONTH)):
        start = f"start={_since(length)}"
        yield f"requests, {name}", f"/v1/requests?{start}"
        yield f"requests, {name}, tenant", f"/v1/requests?{start}&tenant=tenant-7"
        yield f"requests, {name}, route and errors", f"/v1/requests?{start}&route=route-1&status=error"
        yield f"requests, {name}, model", f"/v1/requests?{start}&model=model-3"
        yield f"requests, {name}, no such model", f"/v1/requests?{start}&model=nothing"
        yield f"requests, {name}, slow", f"/v1/requests?{start}&min_latency_ms=9000"
        yield f"requests, {name}, dear", f"/v1/requests?{start}&min_cost_usd=0.0152"
        yield f"requests, {name}, by cost", f"/v1/requests?{start}&sort=cost"
        yield f"requests, {name}, by duration", f"/v1/requests?{start}&sort=duration"
        yield f"requests, {name}, a user", f"/v1/requests?{start}&user_id=user-77"
        yield f"cost, {name}, by tenant", f"/v1/cost?{start}&by=tenant"
        yield f"cost, {name}, by model and day", f"/v1/cost?{start}&by=model,day"
        yield f"latency, {name}, by route", f"/v1/latency?{start}&by=route"
        yield f"series, {name}", f"/v1/series?{start}"
        yield f"series, {name}, by tenant", f"/v1/series?{start}&by=tenant"
        yield f"series, {name}, by model", f"/v1/series?{start}&by=model"
        yield f"contributors, {name}", f"/v1/slos/answers/contributors?{start}"
    yield "trace", f"/v1/requests/{trace_id}"
    yield "slos", "/v1/slos"
    yield "slo history", "/v1/slos/answers/history"
    for objective in OBJECTIVES:
        yield f"contributors, {objective.name}", f"/v1/slos/{objective.name}/contributors"
    yield "budgets", "/v1/budgets"
    yield "changes, week", "/v1/changes"
    yield "changes, month, a day on both sides", f"/v1/changes?start={_since(_MONTH)}&compare_s=86400"
    yield "routing", f"/v1/routing/transitions?start={_since(_MONTH)}"
    yield "chargeback", "/v1/chargeback/periods"
    yield "chargeback preview", "/v1/chargeback/periods/2026-11"
    yield "chargeback charges", "/v1/chargeback/periods/2026-11/charges"
    yield "chargeback charges, the dearest", "/v1/chargeback/periods/2026-11/charges?sort=cost&limit=50"
    yield "metrics", "/metrics"


def main() -> None:
    """Print medians in milliseconds."""
    spans = int(sys.argv[1]) if len(sys.argv) > 1 else SPANS
    print(__doc__.splitlines()[0], "\n")
    with ExitStack() as stack:
        folder = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        began = time.perf_counter()
        store = month(folder, spans // SPANS_EACH, NOON)
        sys.stderr.write(f"opened after {time.perf_counter() - began:.0f} s\n")
        asyncio.run(_told(store, folder, spans))
        store.close()


async def _told(store: DuckDBStore, folder: Path, spans: int) -> None:
    now_ns = nanoseconds(NOON)
    asked = count()
    app = application(store, folder, lambda: now_ns + next(asked) * NS_PER_S)  # so that nothing asked before answers
    wanted = "".join(sys.argv[3:4])
    transport = httpx.ASGITransport(app)  # type: ignore[arg-type]  # the application, whatever it is made with
    async with httpx.AsyncClient(transport=transport, base_url="http://burnline", timeout=60) as client:
        (newest,) = (await client.get("/v1/requests", params={"limit": 1})).json()["requests"]
        print(f"| {spans:,} spans | first ms | median ms | slowest ms | CPU ms | kB | |")
        print("|---|---|---|---|---|---|---|")
        for name, path in calls(newest["trace_id"]):
            if wanted in name:
                await _row(client, name, path)


async def _row(client: httpx.AsyncClient, name: str, path: str) -> None:
    took, cpu = [], []
    for _ in range(_ROUNDS + 1):
        began, cpu_s = time.perf_counter(), time.process_time()
        answer = await client.get(path)
        took.append((time.perf_counter() - began) * 1e3)
        cpu.append((time.process_time() - cpu_s) * 1e3)
        if not answer.is_success:
            print(f"| {name} | {answer.status_code}: {answer.text[:100]} | | | | |")
            return
        if sum(took) > 20_000:
            break
    median, used = (statistics.median(figures[1:] or figures) for figures in (took, cpu))
    over = "over" if used > LIMIT_MS else ""
    figures = f"{took[0]:.0f} | {median:.0f} | {max(took):.0f} | {used:.0f} | {len(answer.content) / 1e3:.0f}"
    print(f"| {name} | {figures} | {over} |", flush=True)


def application(store: DuckDBStore, folder: Path, now: Clock) -> object:
    """Everything that a server answers, over a store of one's own."""
    budgets = (SpendBudget("month", Decimal(9_000)), SpendBudget("support", Decimal(2_000), team="team-1"))
    spending = Spending(store, budgets)
    months = offices(store, Finance(), folder, now, Journal(store))
    goals = Goals(OBJECTIVES, budgets, spending=spending)
    return build_app(Parts(store, now, goals, routers=routes(months, spending)))


if __name__ == "__main__":
    main()
