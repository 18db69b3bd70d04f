"""Requests in a real store, each with the variant, user and session it had."""

import asyncio
from dataclasses import dataclass, field
from decimal import Decimal

import httpx
import pyarrow as pa
from fastapi import FastAPI

from analytics.experiments import api as experiments_api
from analytics.experiments.settings import ExperimentSettings
from collector.store import DuckDBStore
from dashboards import problems
from tests.analytics.stored import MINUTE, NOON, Line, S, Stored, put

NOW = NOON + 24 * 60 * MINUTE


@dataclass(frozen=True, slots=True)
class Served:
    """One request of an experiment."""

    variant: str = "control"
    user: str | None = None
    session: str | None = None
    tenant: str | None = "acme"
    tokens: int = 100
    unit_price_usd: str | None = "0.000001"
    latency_s: float = 1.0
    failed: bool = False
    score: float | None = None
    solved: bool = False
    experiment: str = "answers"
    further: tuple[str, ...] = field(default=())
    """Variants that other spans of the request name."""


def stored(*served: Served, folder=None):
    """A store that holds these, one a second, in a folder or in memory."""
    requests = [_stored(number, one) for number, one in enumerate(served, 1)]
    store = DuckDBStore(folder)
    put(store, *requests)  # spans that say experiments stand beside its own
    said = [
        (number, one.experiment, word, one.session)
        for number, one in enumerate(served, 1)
        for word in (one.variant, *one.further)
    ]
    store.append({"spans": spans(said)})
    told = [(number, one.score) for number, one in enumerate(served, 1) if one.score is not None]
    if told:
        store.append({"figures": figures(told)})
    solved = [number for number, one in enumerate(served, 1) if one.solved]
    if solved:
        store.append({"outcomes": outcomes(solved)})
    return store


class Asked:
    """The routes of experiments over a store."""

    def __init__(self, *served: Served, store=None):
        self.app = app_of(experiments_api.router(store or stored(*served), lambda: NOW, ExperimentSettings()))

    def get(self, path="", status=200, **params):
        async def ask():
            async with httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://b") as client:
                return await client.get(f"/v1/experiments{path}", params=params)

        answer = asyncio.run(ask())
        assert answer.status_code == status, answer.text
        return answer.json()

    def one(self, **params):
        return self.get("/answers", **params)

    def measures(self, **params):
        return {row["measure"]: row for row in self.one(**params)["comparisons"]}


def app_of(router):
    """One router, with refusals as the application has them: the whole of it takes a third of a second to build."""
    app = FastAPI()
    problems.install(app)
    app.include_router(router)
    return app


def _stored(number, one):
    status = "error" if one.failed else "ok"
    lines = (Line(quantity=one.tokens, unit_price_usd=one.unit_price_usd),)
    begun, took = NOON + number * S, round(one.latency_s * S)
    return Stored(number, begun, took, status, tenant=one.tenant, lines=lines, user=one.user)


def spans(said):
    """Spans that say number of the request, experiment, variant and session."""
    n, columns = len(said), list(zip(*said, strict=True))
    return pa.table(
        {
            "trace_id": _traces(columns[0]),
            "span_id": pa.array(range(100, 100 + n), pa.uint64()),
            "batch_seq": pa.array([1] * n, pa.int64()),
            "started_at": pa.array([NOON + number * S for number in columns[0]], pa.timestamp("ns")),
            "duration_ns": pa.array([S] * n, pa.int64()),
            "name": ["choose"] * n,
            "kind": ["router"] * n,
            "status": ["ok"] * n,
            "entry": [False] * n,
            "attribution_id": pa.array([0] * n, pa.uint64()),
            "experiment": columns[1],
            "variant": columns[2],
            "session_id": pa.array(columns[3], pa.string()),
        }
    )


def figures(told):
    """Scores of requests by their number."""
    n = len(told)
    return pa.table(
        {
            "batch_seq": pa.array([1] * n, pa.int64()),
            "record_index": pa.array(range(n), pa.int32()),
            "trace_id": _traces([number for number, _ in told]),
            "told_at": pa.array([NOON + number * S for number, _ in told], pa.timestamp("ns")),
            "measure": ["helpful"] * n,
            "value": [score for _, score in told],
            "weight": pa.array([Decimal(1)] * n, pa.decimal128(18, 6)),
            "attribution_id": pa.array([1] * n, pa.uint64()),
        }
    )


def outcomes(solved):
    """Tickets that requests of these numbers solved."""
    n = len(solved)
    return pa.table(
        {
            "outcome_id": _traces(solved),
            "content_sha256": ["0"] * n,
            "recorded_at": pa.array([NOW] * n, pa.timestamp("ns")),
            "happened_at": pa.array([NOW] * n, pa.timestamp("ns")),
            "name": ["ticket_solved"] * n,
            "value": pa.array([Decimal(1)] * n, pa.decimal128(38, 6)),
            "trace_id": _traces(solved),
        }
    )


def _traces(numbers):
    return pa.array([bytes.fromhex(f"{number:032x}") for number in numbers], pa.uuid())
