"""Spans as emitters send them, and a house that keeps and derives them with the real parts."""

import asyncio
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue

from analytics.derive.deriver import Derived, Deriver, DeriveSettings
from analytics.prices import PriceBook
from analytics.prices.lists import DATA
from analytics.runs.policy import NoPolicy, Policy, PolicyOf
from analytics.runs.runs import OneBook, Runs, StoredRuns, begin, last_seq
from analytics.runs.table import instant
from collector.accounts import Accounts
from collector.intake import Pipeline
from collector.signals import Receipt, Signal
from collector.store import DuckDBStore, Query

S = 1_000_000_000
NOON = 1_795_003_200 * S  # 2026-11-18T12:00:00Z, a whole minute
SETTLE_S = 30.0
_REMOTE = 0x300


@dataclass(frozen=True, slots=True)
class Sent:
    """One span."""

    trace: int = 1
    span: int = 1
    parent: int | None = None
    start_s: float = 0.0
    """After noon."""
    start_at_ns: int | None = None
    """Instead of that: a clock of its own."""
    duration_s: float = 1.0
    name: str = "step"
    kind: str | None = None
    scope: str = "app"
    service: str | None = "shop"
    version: str | None = None
    """Of the service."""
    failed: bool = False
    remote: bool = False
    """Whether the parent is in another process."""
    says: Mapping[str, Any] = field(default_factory=dict)

    @property
    def start_ns(self) -> int:
        return NOON + round(self.start_s * S) if self.start_at_ns is None else self.start_at_ns

    @property
    def attributes(self) -> dict[str, Any]:
        return ({} if self.kind is None else {"burnline.kind": self.kind}) | dict(self.says)


def call(*, tokens: Sequence[int] | None = (1_200, 80), model="gpt-4o", response=None, kind="model", says=None, **span):
    """A provider call; ``tokens`` are input, output, cache read, cache write, reasoning, as many as are known."""
    keys = (
        "gen_ai.usage.input_tokens",
        "gen_ai.usage.output_tokens",
        "gen_ai.usage.cache_read.input_tokens",
        "gen_ai.usage.cache_write.input_tokens",
        "gen_ai.usage.reasoning.output_tokens",
    )
    told: dict[str, Any] = {"gen_ai.provider.name": "openai", "gen_ai.request.model": model}
    told |= dict(zip(keys, tokens or (), strict=False))
    if response is not None:
        told["gen_ai.response.id"] = response
    return Sent(kind=kind, says=told | (says or {}), **span)


def body(spans: Iterable[Sent]) -> bytes:
    """One export request."""
    request = ExportTraceServiceRequest()
    for span in spans:
        resource = request.resource_spans.add()
        if span.service is not None:
            _say(resource.resource.attributes, {"service.name": span.service})
        if span.version is not None:
            _say(resource.resource.attributes, {"service.version": span.version})
        scope = resource.scope_spans.add()
        scope.scope.name = span.scope
        _fill(scope.spans.add(), span)
    return request.SerializeToString()


def _fill(wire: Any, span: Sent) -> None:
    wire.trace_id, wire.span_id = span.trace.to_bytes(16, "big"), span.span.to_bytes(8, "big")
    wire.name = span.name
    if span.parent is not None:
        wire.parent_span_id = span.parent.to_bytes(8, "big")
        wire.flags = _REMOTE if span.remote else 0x100
    wire.start_time_unix_nano = span.start_ns
    wire.end_time_unix_nano = span.start_ns + round(span.duration_s * S)
    if span.failed:
        wire.status.code = 2
    _say(wire.attributes, span.attributes)


def _say(attributes: Any, words: Mapping[str, Any]) -> None:
    for key, value in words.items():
        item = attributes.add(key=key)
        match value:
            case bool():
                item.value.bool_value = value
            case int():
                item.value.int_value = value
            case float():
                item.value.double_value = value
            case list():
                item.value.array_value.values.extend(AnyValue(string_value=word) for word in value)
            case _:
                item.value.string_value = value


@cache
def book() -> PriceBook:
    """The committed prices, read once."""
    return PriceBook.load()


@cache
def small_book() -> PriceBook:
    """The committed prices of OpenAI's gpt-4o alone: remembering all of them takes a fifth of a second."""
    kept = re.compile(r'#|provider,|openai,gpt-4o|{"source"|{"provider": "openai"(?!, "model": "(?!gpt-4o))')
    with tempfile.TemporaryDirectory() as folder:
        for file in DATA.iterdir():
            lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
            (Path(folder) / file.name).write_text("".join(line for line in lines if kept.match(line)), encoding="utf-8")
        return PriceBook.load(Path(folder))


class House:
    """A store in memory with an intake and a deriver whose clock a test moves."""

    def __init__(
        self,
        store: Any = None,
        *,
        prices: PriceBook | None = None,
        settings: DeriveSettings | None = None,
        policy: Policy | None = None,
        policy_of: PolicyOf | None = None,
    ):
        """With ``policy_of``, prices and policy are remembered in the store, as a server does."""
        self.store = store or DuckDBStore(None)
        self._policy, self._policy_of = policy or NoPolicy(), policy_of
        self.accounts = Accounts()
        self.now_ns = NOON
        self._prices, self._settings = prices, settings or DeriveSettings(settle_s=SETTLE_S)
        self._loop = asyncio.Runner()
        self._open()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.pipeline.drain(10)
        self._loop.close()
        self.store.close()

    def _open(self) -> None:
        self.pipeline = Pipeline(self.store, self.accounts)
        prices = self._prices or book()
        runs: Runs = OneBook(prices, self._policy)
        if self._policy_of is not None:
            begin(self.store, prices, self._policy, last_seq(self.store), self.now)
            runs = StoredRuns(self.store, self._policy_of)
        self.deriver = Deriver(self.store, runs, self._settings, clock_ns=lambda: self.now_ns)

    def restart(self, *, prices: PriceBook | None = None, policy: Policy | None = None) -> None:
        """Everything in memory is gone, the store stays; from now on with other prices and rules, if they are given."""
        self.pipeline.drain(10)
        self._prices, self._policy = prices or self._prices, policy or self._policy
        self._open()

    @property
    def now(self) -> datetime:
        """What the clock says."""
        return instant(self.now_ns)

    def send(self, *spans: Sent) -> Receipt:
        """One export request with these spans."""
        return self.offer(body(spans))

    def offer(self, wire: bytes, signal: Signal = Signal.TRACES) -> Receipt:
        return self._loop.run(self.pipeline.offer(signal, wire))

    def derive(self) -> list[Derived]:
        """Derive until there is nothing to do."""
        done = []
        while (one := self.deriver.run()) is not None:
            done.append(one)
            assert len(done) < 1_000, "derivation does not come to an end"
        return done

    def settle(self) -> None:
        """Wait long enough for every entry span, and derive."""
        self.derive()
        self.now_ns += round(SETTLE_S * S)
        self.derive()

    def rows(self, text: str) -> list[dict[str, Any]]:
        """An answer, with instants in unix nanoseconds."""
        found = self.store.run(Query("asked", text))
        for i, column in enumerate(found.schema):
            if pa.types.is_timestamp(column.type):
                found = found.set_column(i, column.name, found[i].cast(pa.timestamp("ns")).cast(pa.int64()))
        return found.to_pylist()

    def requests(self) -> list[dict[str, Any]]:
        """Requests with their attribution words, by trace."""
        return self.rows(
            "select r.* exclude (trace_id), r.trace_id::varchar as trace, a.* exclude (attribution_id) "
            "from requests r left join attributions a using (attribution_id) order by trace, started_at"
        )

    def request(self) -> dict[str, Any]:
        """The only request there is."""
        (only,) = self.requests()
        return only

    def lines(self) -> list[dict[str, Any]]:
        """Ledger lines with what they were rated by."""
        return self.rows(
            "select l.trace_id::varchar as trace, l.span_id, l.quantity, l.list_cost_usd, l.cost_usd, l.run_id, "
            "l.purpose, l.failed, l.prompt_tokens, r.* exclude (rate_id), a.* exclude (attribution_id) "
            "from ledger_lines l left join rates r using (rate_id) left join attributions a using (attribution_id) "
            "order by trace, l.span_id, r.usage_class"
        )


def derived(*spans: Sent, settle: bool = False) -> House:
    """A house that was sent these spans at once."""
    house = House()
    house.send(*spans)
    (house.settle if settle else house.derive)()
    return house
