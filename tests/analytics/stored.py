"""Small builders that put requests, spans and ledger lines into a real store, roll-ups included."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Context, Decimal
from functools import reduce

import pyarrow as pa

from collector.store import DuckDBStore, Query

S = 1_000_000_000
MINUTE = 60 * S
NOON = 1_795_003_200 * S  # 2026-11-18T12:00:00Z
_WIDE = Context(prec=60)
_USD, _UNIT = pa.decimal128(38, 15), pa.decimal128(19, 15)
_WORDS = ("tenant", "team", "feature", "route", "tier", "environment", "cost_center", "project")


@dataclass(frozen=True, slots=True)
class Line:
    """One ledger line; no unit price: unpriced."""

    usage_class: str = "input_uncached"
    quantity: int = 100
    unit_price_usd: str | None = "0.0000025"
    provider: str | None = "openai"
    model: str | None = "gpt-4o"
    started_at: int | None = None
    purpose: str = "answer"
    list_unit_price_usd: str | None = None
    """Nothing: the unit price, as without a contract."""
    prompt_tokens: int = 0
    status: str | None = None
    """Nothing: priced where there is a unit price."""
    price_id: str | None = None

    @property
    def rate_status(self) -> str:
        return self.status or ("unpriced" if self.unit_price_usd is None else "priced")

    @property
    def cost_usd(self) -> Decimal | None:
        return None if self.unit_price_usd is None else _WIDE.multiply(self.quantity, Decimal(self.unit_price_usd))

    @property
    def list_price_usd(self) -> str | None:
        return self.list_unit_price_usd or self.unit_price_usd

    @property
    def list_cost_usd(self) -> Decimal | None:
        return None if self.list_price_usd is None else _WIDE.multiply(self.quantity, Decimal(self.list_price_usd))


@dataclass(frozen=True, slots=True)
class Stored:
    """One request with its call."""

    number: int = 1
    started_at: int = NOON
    duration_ns: int = S
    status: str = "ok"
    tenant: str | None = "acme"
    team: str | None = "support"
    feature: str | None = "assistant"
    route: str | None = "answer"
    tier: str | None = "standard"
    cost_center: str | None = None
    project: str | None = None
    lines: Sequence[Line] = field(default_factory=lambda: (Line(),))
    model: str = "gpt-4o"
    provider: str | None = "openai"
    batch_seq: int = 1
    complete: bool = True
    degraded: bool = False
    finish_reason: str | None = None
    user: str | None = None

    @property
    def trace_id(self) -> str:
        return f"{self.number:032x}"

    @property
    def words(self) -> tuple[str | None, ...]:
        return (self.tenant, self.team, self.feature, self.route, self.tier, "prod", self.cost_center, self.project)

    @property
    def cost_usd(self) -> Decimal | None:
        priced = [line.cost_usd for line in self.lines if line.cost_usd is not None]
        return reduce(_WIDE.add, priced, Decimal(0)) if priced else None

    @property
    def cost_status(self) -> str:
        priced = sum(line.rate_status != "unpriced" for line in self.lines)
        if not self.lines:
            return "none"
        return {0: "unpriced", len(self.lines): "priced"}.get(priced, "partial")

    def placed(self) -> list[Line]:
        return [replace(line, started_at=line.started_at or self.started_at) for line in self.lines]


def store_with(*requests: Stored) -> DuckDBStore:
    """Open a store in memory that holds these."""
    store = DuckDBStore(None)
    put(store, *requests)
    return store


def put(store: DuckDBStore, *requests: Stored) -> None:
    """Add requests as ingest and derivation would."""
    lines = [(request, line) for request in requests for line in request.placed()]
    tables = {
        "requests": _requests(requests),
        "spans": _spans(requests),
        "model_calls": _calls(requests),
        "ledger_lines": _ledger(lines),
        **_rolled_up(requests, 1),
        "attributions": _new(store, "attributions", "attribution_id", {_key(r.words): r.words for r in requests}),
        "rates": _new(store, "rates", "rate_id", {_rate(line): line for _, line in lines}),
    }
    store.append(tables)


def take_back(store: DuckDBStore, *requests: Stored) -> None:
    """Take requests out of the roll-ups, as derivation does before it counts them anew."""
    store.append(_rolled_up(requests, -1))


def table(store: DuckDBStore, text: str) -> pa.Table:
    """Ask the store directly."""
    return store.run(Query("direct", text))


def _key(words: object) -> int:
    return hash(words) & (2**64 - 1)


def _rate(line: Line) -> int:
    return _key(
        (line.provider, line.model, line.usage_class, line.unit_price_usd, line.list_price_usd, line.rate_status)
    )


def _ids(requests: Sequence[Stored]) -> dict[str, pa.Array]:
    return {
        "trace_id": pa.array([bytes.fromhex(r.trace_id) for r in requests], pa.uuid()),
        "attribution_id": pa.array([_key(r.words) for r in requests], pa.uint64()),
    }


def _times(values: Sequence[int]) -> pa.Array:
    return pa.array(values, pa.timestamp("ns"))


def _minutes(values: Sequence[int]) -> pa.Array:
    return pa.array([value // MINUTE * 60_000_000 for value in values], pa.timestamp("us"))


def _rolled_up(requests: Sequence[Stored], sign: int) -> dict[str, pa.Table]:
    lines = [(request, line) for request in requests for line in request.placed()]
    complete = [request for request in requests if request.complete]
    return {
        "request_minutes": _request_minutes(complete, sign),
        "cost_minutes": _cost_minutes(lines, sign),
        "latency_minutes": _latency_minutes(complete, sign),
    }


def _requests(requests: Sequence[Stored]) -> pa.Table:
    n = len(requests)
    columns = {
        **_ids(requests),
        "started_at": _times([r.started_at for r in requests]),
        "ended_at": _times([r.started_at + r.duration_ns for r in requests]),
        "first_started_at": _times([r.started_at for r in requests]),
        "last_started_at": _times([r.started_at for r in requests]),
        "duration_ns": [r.duration_ns for r in requests],
        "name": ["answer"] * n,
        "status": [r.status for r in requests],
        "complete": [r.complete for r in requests],
        "finish_reason": pa.array([r.finish_reason for r in requests], pa.string()),
        "degraded": [r.degraded for r in requests],
        "user_id": pa.array([r.user for r in requests], pa.string()),
        "span_count": pa.array([2] * n, pa.int32()),
        "call_count": pa.array([1] * n, pa.int32()),
        "usage_status": ["reported"] * n,
        "input_tokens": [sum(line.quantity for line in r.lines) for r in requests],
        "cost_status": [r.cost_status for r in requests],
        "cost_usd": pa.array([r.cost_usd for r in requests], _USD),
    }
    return pa.table(columns)


def _spans(requests: Sequence[Stored]) -> pa.Table:
    roots = [(r, 1, None, "request", r.duration_ns) for r in requests]
    calls = [(r, 2, 1, "model", r.duration_ns // 2) for r in requests]
    spans = roots + calls
    columns = {
        **_ids([r for r, *_ in spans]),
        "span_id": pa.array([span_id for _, span_id, *_ in spans], pa.uint64()),
        "parent_span_id": pa.array([parent for _, _, parent, *_ in spans], pa.uint64()),
        "batch_seq": [r.batch_seq for r, *_ in spans],
        "started_at": _times([r.started_at for r, *_ in spans]),
        "duration_ns": [duration for *_, duration in spans],
        "name": [kind for *_, kind, _ in spans],
        "kind": [kind for *_, kind, _ in spans],
        "status": [r.status for r, *_ in spans],
        "entry": [parent is None for _, _, parent, *_ in spans],
    }
    return pa.table(columns)


def _calls(requests: Sequence[Stored]) -> pa.Table:
    columns = {
        "trace_id": _ids(requests)["trace_id"],
        "span_id": pa.array([2] * len(requests), pa.uint64()),
        "batch_seq": [r.batch_seq for r in requests],
        "started_at": _times([r.started_at for r in requests]),
        "provider": pa.array([r.provider for r in requests], pa.string()),
        "request_model": [r.model for r in requests],
        "response_model": [f"{r.model}-2024" for r in requests],
        "usage_status": ["reported"] * len(requests),
        "input_tokens": [sum(line.quantity for line in r.lines) for r in requests],
    }
    return pa.table(columns)


def _ledger(lines: Sequence[tuple[Stored, Line]]) -> pa.Table:
    columns = {
        **_ids([r for r, _ in lines]),
        "span_id": pa.array([2] * len(lines), pa.uint64()),
        "started_at": _times([line.started_at for _, line in lines]),
        "rate_id": pa.array([_rate(line) for _, line in lines], pa.uint64()),
        "run_id": pa.array([1] * len(lines), pa.int32()),
        "purpose": pa.array([line.purpose for _, line in lines], pa.string()),
        "failed": pa.array([r.status == "error" for r, _ in lines], pa.bool_()),
        "prompt_tokens": pa.array([line.prompt_tokens for _, line in lines], pa.int64()),
        "quantity": pa.array([line.quantity for _, line in lines], pa.int64()),
        "list_cost_usd": pa.array([line.list_cost_usd for _, line in lines], _USD),
        "cost_usd": pa.array([line.cost_usd for _, line in lines], _USD),
    }
    return pa.table(columns)


def _request_minutes(requests: Sequence[Stored], sign: int) -> pa.Table:
    columns = {
        "minute_at": _minutes([r.started_at + r.duration_ns for r in requests]),
        "attribution_id": _ids(requests)["attribution_id"],
        "degraded": [r.degraded for r in requests],
        "requests": [sign] * len(requests),
        "errors": [sign * (r.status == "error") for r in requests],
        "duration_ns": [sign * r.duration_ns for r in requests],
        "input_tokens": [0] * len(requests),
        "output_tokens": [0] * len(requests),
        "cost_usd": pa.array([_WIDE.multiply(sign, r.cost_usd or Decimal(0)) for r in requests], _USD),
        "unpriced_requests": [sign * (r.cost_status in {"unpriced", "partial"}) for r in requests],
        "missing_usage_requests": [0] * len(requests),
    }
    return pa.table(columns)


def _cost_minutes(lines: Sequence[tuple[Stored, Line]], sign: int) -> pa.Table:
    columns = {
        "minute_at": _minutes([line.started_at for _, line in lines]),
        "attribution_id": _ids([r for r, _ in lines])["attribution_id"],
        "rate_id": pa.array([_rate(line) for _, line in lines], pa.uint64()),
        "purpose": pa.array([line.purpose for _, line in lines], pa.string()),
        "quantity": pa.array([sign * line.quantity for _, line in lines], pa.int64()),
        "list_cost_usd": pa.array([_WIDE.multiply(sign, line.list_cost_usd or Decimal(0)) for _, line in lines], _USD),
        "cost_usd": pa.array([_WIDE.multiply(sign, line.cost_usd or Decimal(0)) for _, line in lines], _USD),
        "lines": pa.array([sign] * len(lines), pa.int64()),
    }
    return pa.table(columns)


def _latency_minutes(requests: Sequence[Stored], sign: int) -> pa.Table:
    """Observe each as stage ``request``, and half its duration as stage ``model``."""
    observed = [(r.started_at + r.duration_ns, r.duration_ns, r, "request") for r in requests]
    observed += [(end, duration // 2, r, "model") for end, duration, r, _ in observed]
    columns = {
        "minute_at": _minutes([end for end, *_ in observed]),
        "attribution_id": _ids([r for _, _, r, _ in observed])["attribution_id"],
        "stage": [stage for *_, stage in observed],
        "provider": ["openai" if stage == "model" else None for *_, stage in observed],
        "model": [r.model if stage == "model" else None for _, _, r, stage in observed],
        "bucket": pa.array([bucket(duration) for _, duration, *_ in observed], pa.int16()),
        "observations": [sign] * len(observed),
        "errors": [sign * (r.status == "error") for _, _, r, _ in observed],
    }
    return pa.table(columns)


def bucket(duration_ns: int) -> int:
    """The latency bucket of a duration, as the store's macro has it."""
    return max(0, math.ceil(32 * math.log2(max(duration_ns, 1_000) / 1_000)))


def _new(store: DuckDBStore, name: str, key: str, found: dict[int, object]) -> pa.Table:
    known = {row[key] for row in table(store, f"select {key} from {name}").to_pylist()}  # noqa: S608 - our own names
    fresh = {k: value for k, value in found.items() if k not in known}
    ids = {key: pa.array(list(fresh), pa.uint64())}
    if name == "attributions":
        return pa.table(
            {**ids, **{w: pa.array([v[i] for v in fresh.values()], pa.string()) for i, w in enumerate(_WORDS)}}
        )
    text = ("provider", "model", "usage_class")
    prices = [None if line.unit_price_usd is None else Decimal(line.unit_price_usd) for line in fresh.values()]
    listed = [None if line.list_price_usd is None else Decimal(line.list_price_usd) for line in fresh.values()]
    return pa.table(
        {
            **ids,
            **{word: pa.array([getattr(line, word) for line in fresh.values()], pa.string()) for word in text},
            "unit_price_usd": pa.array(prices, _UNIT),
            "list_unit_price_usd": pa.array(listed, _UNIT),
            "price_id": pa.array([x.price_id or (x.unit_price_usd and "p1") for x in fresh.values()], pa.string()),
            "status": [line.rate_status for line in fresh.values()],
        }
    )
