"""From an objective and a window to what its bad events have in common, and the worst of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from analytics.contributors.excess import DIMENSIONS, Combination, Contributor, explained
from analytics.contributors.reach import MOST_SPANS, newest
from analytics.questions import Window
from analytics.slo.composing import composed, kinds_of
from analytics.slo.kinds import Dimension, Sli, Unit
from analytics.slo.objective import Objective, objective_table
from collector.store import Store, queries_of

_QUERIES = queries_of("analytics.contributors")
_BEFORE = timedelta(hours=1)
"""Spans of what ended in a window may have started before it."""
MOST_ORIGINS = 3
_SETS = {"version": "versions", "model": "models", "provider": "providers"}
_WORST: Mapping[Sli, str] = {
    Sli.AVAILABILITY: "failed",
    Sli.LATENCY: "slow",
    Sli.FIRST_CHUNK: "slow",
    Sli.COST: "dear",
    Sli.TOKENS: "tokens",
    Sli.REFUSALS: "refused",
    Sli.MEASURE: "told",
}
"""What makes a bad request worse than another, by what its objective is about."""
_WHERE = {"failed": "failed", "slow": "slow", "dear": "tokens", "tokens": "tokens", "refused": "refused"}
"""By which of its spans it is told where a request went wrong."""

Words = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where bad requests went wrong; of good ones nobody can say, so there is no excess."""

    stage: str
    error_type: str | None
    bad: float


@dataclass(frozen=True, slots=True)
class Trace:
    """One bad request."""

    trace_id: str
    started_at_ns: int
    duration_ns: int
    status: str
    error_type: str | None
    cost_usd: Decimal | None
    tokens: int | None
    tenant: str | None
    route: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """What made a budget burn within a window."""

    window: Window
    """What was looked at."""
    total: float = 0.0
    bad: float = 0.0
    contributors: Sequence[Contributor] = ()
    origins: Sequence[Origin] = ()
    traces: Sequence[Trace] = field(default=())
    worst: str = ""
    """What makes the traces the worst: failed, slow, dear, tokens, refused or told."""
    asked: Window | None = None
    """The window that was asked for, where it holds too many spans to look at all of it."""


def found(
    store: Store,
    objective: Objective,
    window: Window,
    words: Words | None = None,
    *,
    traces: int = 10,
    whole: bool = False,
) -> Found:
    """Look at what an objective judged in a window; ``words`` narrow it down, to the group of a budget for instance.

    Of a window with more spans than one waits for it is the newest part; ``whole`` is all of it, however long it takes.
    """
    seen = window if whole else newest(window, MOST_SPANS[objective.unit], lambda part: _spans(store, part))
    told = _seen(store, objective, seen, words, traces)
    return told if seen == window else replace(told, asked=window)


def _spans(store: Store, window: Window) -> int:
    counted: int = store.run(_QUERIES["spans_within"], _bounds(window))["spans"][0].as_py()
    return counted


def _bounds(window: Window) -> dict[str, datetime]:
    return {"start": _instant(window.start_ns), "until": _instant(window.until_ns)}


def _seen(store: Store, objective: Objective, window: Window, words: Words | None, traces: int) -> Found:
    bounds = _bounds(window)
    narrowed = {str(word): (words or {}).get(str(word)) for word in Dimension}
    judging = composed(kinds_of([objective]))["objective_events"]
    events = store.run(judging, {**bounds, **narrowed}, tables={"wanted": objective_table([objective])})
    total, bad = (_sum(events, good) for good in (None, False))
    worst = _WORST[objective.sli]
    if not bad:
        return Found(window, total, bad, worst=worst)
    spans, tables = {**bounds, "start": bounds["start"] - _BEFORE}, {"events": events}
    whole = {"whole": objective.unit is Unit.REQUEST}
    rows = store.run(_QUERIES["combinations"], {**spans, **whole}, tables=tables).to_pylist()
    return Found(
        window=window,
        total=total,
        bad=bad,
        contributors=explained([_combination(row) for row in rows]),
        origins=_origins(store, worst, spans, events),
        traces=_traces(store, worst, spans, events, traces),
        worst=worst,
    )


def _sum(events: pa.Table, good: bool | None) -> float:  # noqa: FBT001 - all of them, or only those
    kept = events if good is None else events.filter(pc.equal(events["good"], good))
    return float(pc.sum(kept["weight"]).as_py() or 0.0)


def _combination(row: Mapping[str, Any]) -> Combination:
    values = {name: _values(row[_SETS.get(name, name)]) for name in DIMENSIONS}
    return Combination({name: told for name, told in values.items() if told}, row["total"], row["bad"])


def _values(told: str | Sequence[str | None] | None) -> tuple[str, ...]:
    if told is None or isinstance(told, str):
        return () if told is None else (told,)
    return tuple(value for value in told if value is not None)


def _origins(store: Store, worst: str, spans: Mapping[str, Any], events: pa.Table) -> Sequence[Origin]:
    if worst not in _WHERE:
        return ()
    rows = store.run(_QUERIES["origins"], {**spans, "by": _WHERE[worst]}, tables={"events": events}).to_pylist()
    return [Origin(**row) for row in rows[:MOST_ORIGINS]]


def _traces(store: Store, worst: str, spans: Mapping[str, Any], events: pa.Table, limit: int) -> Sequence[Trace]:
    asked = {**spans, "by": worst, "limit": limit}
    return [Trace(**row) for row in store.run(_QUERIES["worst_traces"], asked, tables={"events": events}).to_pylist()]


def _instant(nanos: int) -> datetime:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=nanos // 1_000)).replace(tzinfo=None)
