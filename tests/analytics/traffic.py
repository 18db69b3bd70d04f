"""Requests for tests, written into a real store the way derivation writes them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from uuid import UUID

import pyarrow as pa

from analytics.slo.burn import nanoseconds
from analytics.slo.judging import judge
from collector.store import DuckDBStore, Query, Step

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
_IDS = count(1)
_ADD = Query("add_requests", "insert into requests by name select * exclude (sign) from fresh")
_NAME = Query("add_attributions", "insert into attributions by name select * from named")
_KNOWN = Query("known", "select attribution_id from attributions")


@dataclass(frozen=True, slots=True)
class Request:
    """One request with what an objective looks at."""

    ended_at: datetime = NOON
    duration_ms: float = 100.0
    status: str = "ok"
    error_type: str | None = None
    finish_reason: str | None = None
    cost_usd: Decimal | None = Decimal("0.01")
    cost_status: str = "priced"
    call_count: int = 1
    complete: bool = True
    input_tokens: int | None = None
    output_tokens: int | None = None
    usage_status: str = "reported"
    first_chunk_ms: float | None = None
    tenant: str | None = "acme"
    team: str | None = None
    feature: str | None = None
    route: str | None = "answer"
    tier: str | None = "premium"
    environment: str | None = None

    @property
    def attribution(self) -> tuple[str | None, ...]:
        return (self.tenant, self.team, self.feature, self.route, self.tier, self.environment)


def stream(until: datetime, *, every_s: float, seconds: float, request: Request | None = None) -> list[Request]:
    """Equal requests at a steady rate in ``[until - seconds, until)``."""
    steps = round(seconds / every_s)
    first = until - timedelta(seconds=seconds)
    return [replace(request or Request(), ended_at=first + timedelta(seconds=i * every_s)) for i in range(steps)]


def arrive(store: DuckDBStore, requests: Sequence[Request], *, sign: int = 1) -> None:
    """Keep the requests and move the counts, in one transaction."""
    known = set(store.run(_KNOWN).column("attribution_id").to_pylist())
    named = {_attribution_id(r): r for r in requests if _attribution_id(r) not in known}
    tables = {"named": _attributions(named.items()), "fresh": _fresh(requests, sign), **NOTHING_ELSE}
    store.change([Step(_NAME), Step(_ADD), *judge(store)], tables=tables)


def _attribution_id(request: Request) -> int:
    return hash(request.attribution) & (2**64 - 1)


def _attributions(named: Iterable[tuple[int, Request]]) -> pa.Table:
    words = ("tenant", "team", "feature", "route", "tier", "environment")
    rows = [{"attribution_id": i} | dict(zip(words, r.attribution, strict=True)) for i, r in named]
    schema = pa.schema([("attribution_id", pa.uint64()), *((word, pa.string()) for word in words)])
    return pa.Table.from_pylist(rows, schema=schema)


def _fresh(requests: Sequence[Request], sign: int) -> pa.Table:
    rows = [
        {
            "trace_id": str(UUID(int=next(_IDS))),
            "started_at": nanoseconds(r.ended_at) - round(r.duration_ms * 1e6),
            "ended_at": nanoseconds(r.ended_at),
            "first_started_at": nanoseconds(r.ended_at) - round(r.duration_ms * 1e6),
            "last_started_at": nanoseconds(r.ended_at) - round(r.duration_ms * 1e6),
            "duration_ns": round(r.duration_ms * 1e6),
            "name": "request",
            "status": r.status,
            "error_type": r.error_type,
            "finish_reason": r.finish_reason,
            "complete": r.complete,
            "degraded": False,
            "attribution_id": _attribution_id(r),
            "span_count": 1,
            "call_count": r.call_count,
            "usage_status": r.usage_status,
            "input_tokens": r.input_tokens,
            "output_tokens": r.output_tokens,
            "first_chunk_ms": r.first_chunk_ms,
            "cost_status": r.cost_status,
            "cost_usd": r.cost_usd,
            "sign": sign,
        }
        for r in requests
    ]
    return pa.Table.from_pylist(rows, schema=_FRESH)


_FRESH = pa.schema(
    [
        ("trace_id", pa.string()),
        ("started_at", pa.timestamp("ns")),
        ("ended_at", pa.timestamp("ns")),
        ("first_started_at", pa.timestamp("ns")),
        ("last_started_at", pa.timestamp("ns")),
        ("duration_ns", pa.int64()),
        ("name", pa.string()),
        ("status", pa.string()),
        ("error_type", pa.string()),
        ("finish_reason", pa.string()),
        ("complete", pa.bool_()),
        ("degraded", pa.bool_()),
        ("attribution_id", pa.uint64()),
        ("span_count", pa.int32()),
        ("call_count", pa.int32()),
        ("usage_status", pa.string()),
        ("input_tokens", pa.int64()),
        ("output_tokens", pa.int64()),
        ("first_chunk_ms", pa.float64()),
        ("cost_status", pa.string()),
        ("cost_usd", pa.decimal128(38, 15)),
        ("sign", pa.int8()),
    ]
)

_WORDS = [(name, pa.string()) for name in ("stage", "provider", "model")]
_NO_SPANS = pa.schema(
    [
        ("ended_at", pa.timestamp("ns")),
        ("attribution_id", pa.uint64()),
        *_WORDS,
        ("failed", pa.bool_()),
        ("duration_ns", pa.int64()),
        ("first_chunk_ms", pa.float64()),
        ("usage_status", pa.string()),
        ("tokens", pa.int64()),
        ("refused", pa.bool_()),
        ("sign", pa.int64()),
    ]
)
_NO_FIGURES = pa.schema(
    [
        ("told_at", pa.timestamp("ns")),
        ("attribution_id", pa.uint64()),
        *_WORDS,
        ("measure", pa.string()),
        ("value", pa.float64()),
        ("label", pa.string()),
        ("weight", pa.decimal128(18, 6)),
        ("sign", pa.int64()),
    ]
)
NOTHING_ELSE = {"fresh_spans": _NO_SPANS.empty_table(), "fresh_figures": _NO_FIGURES.empty_table()}
"""Neither spans nor figures."""
