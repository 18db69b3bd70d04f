"""Traces that stand for the buckets of a histogram: of each the newest."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from collector.store import Store, queries_of

_QUERIES = queries_of("analytics")


@dataclass(frozen=True, slots=True)
class Example:
    """One span that fell into a bucket."""

    words: tuple[str, ...]
    """Of a request: route and status; of a call: stage, provider, model as asked for and as answered."""
    bound: float
    """The bucket's upper bound in milliseconds."""
    trace_id: str
    span_id: str
    duration_ns: int
    ended_ns: int


def request_examples(store: Store, from_ns: int, bounds_ms: Sequence[float]) -> list[Example]:
    """Requests that started since an instant, by the span by which they entered."""
    return _examples(store, "request_exemplars", from_ns, bounds_ms)


def call_examples(store: Store, from_ns: int, bounds_ms: Sequence[float]) -> list[Example]:
    """Calls that started since an instant."""
    return _examples(store, "call_exemplars", from_ns, bounds_ms)


def _examples(store: Store, query: str, from_ns: int, bounds_ms: Sequence[float]) -> list[Example]:
    asked = {"from_ns": from_ns, "bounds": [*bounds_ms, inf]}
    rows = store.run(_QUERIES[query], asked).to_pylist()
    told = ("bound", "trace_id", "span_id", "duration_ns", "ended_ns")
    return [
        Example(tuple(word for name, word in row.items() if name not in told), *(row[name] for name in told))
        for row in rows
    ]
