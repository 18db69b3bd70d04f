"""What explains a finding: which values moved, what changed just before, and the traces that show it."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass
from typing import Any

from analytics.changes.change import Change
from analytics.changes.history import History
from analytics.findings.finding import Finding
from analytics.findings.measures import TOLD, measure_of
from analytics.findings.moving import DIMENSIONS, Row, moved
from analytics.findings.reading import instant
from analytics.notation import NS_PER_S, instant_text
from collector.store import queries_of

_QUERIES = queries_of("analytics.findings")
_LEAST_S, _MOST_S = 3_600, 6 * 3_600
"""Length of the window before, and the most of what followed."""
_STEPS = 12
"""Fewest steps of the window before: an hour of a quiet route has a handful of requests."""
_APART = 2
"""Steps between the windows: a beginning is dated to a step or two, and what is in doubt would blur both sides."""
_NEAR_S, _NEAR_STEPS = 1_800, 6
"""Changes so long before a beginning, and until the alarm, are told: an hour of a night has little to date by."""
_CHANGES, _TRACES = 3, 3
_ADDED = {
    "cost": "cost",
    "cost_per_request": "cost",
    "p95_ms": "duration",
    "error_ratio": "errors",
    "refusal_ratio": "refusals",
}
"""What is added up of requests, where it is not called as the measure."""


@dataclass(frozen=True, slots=True)
class Explainer:
    """Looks into findings of one store."""

    history: History

    def __call__(self, one: Finding) -> Mapping[str, Any]:
        """Explain a finding as far as the requests around its beginning do."""
        before, since = windows(one)
        told = one.key.measure.startswith(TOLD)
        name = one.key.measure.removeprefix(TOLD) if told else _ADDED.get(one.key.measure, one.key.measure)
        asked = {
            "start": instant(since[0]),
            "until": instant(since[1]),
            "dimension": one.key.dimension,
            "value": one.key.value,
            "measure": name,
            "told": told,
        }
        store = self.history.store
        earlier = {"before": instant(before[0]), "before_until": instant(before[1])}
        rows = store.run(_QUERIES["finding_requests"], asked | earlier).to_pylist()
        per_request = measure_of(one.key.measure).over is not None
        lengths = (before[1] - before[0], since[1] - since[0])
        found = moved([_row(row) for row in rows], per_request=per_request, lengths=lengths)
        worst = {**asked, "largest": one.observed >= one.expected, "limit": _TRACES}
        traces = store.run(_QUERIES["finding_traces"], worst).to_pylist()
        return {
            "moved": [asdict(value) for value in found],
            "changes": [_change(change) for change in self._changes(one, {value.value for value in found})],
            "traces": [row["trace_id"] for row in traces],
        }

    def _changes(self, one: Finding, telling: AbstractSet[str]) -> list[Change]:
        """What changed nearby: first what concerns a value that explains the finding, then the nearest."""
        near_s = max(_NEAR_S, _NEAR_STEPS * one.step_s)
        start_s, until_s = one.start_s - near_s, max(one.start_s + near_s, one.alarmed_s)
        found = self.history.changes(max(0, start_s * NS_PER_S), until_s * NS_PER_S)
        nearest = sorted(found, key=lambda change: abs(change.at_ns - one.start_s * NS_PER_S))
        return sorted(nearest, key=lambda change: not _tells(change, telling))[:_CHANGES]


def windows(one: Finding) -> tuple[tuple[int, int], tuple[int, int]]:
    """The window before, and what followed until it was certain, as seconds since 1970.

    >>> from analytics.findings.reading import Key
    >>> key = Key("output_tokens", "all", "")
    >>> windows(Finding("a", "a", key, 300, 36_000, 37_500, None, None, 100.0, 180.0, 1e-9))
    ((31800, 35400), (36000, 37500))
    """
    until_s = min(max(one.until_s or 0, one.alarmed_s), one.alarmed_s + _MOST_S)
    since_s = max(one.start_s, until_s - _MOST_S)
    before_until_s = one.start_s - _APART * one.step_s
    length_s = max(_LEAST_S, _STEPS * one.step_s, until_s - since_s)
    return (before_until_s - length_s, before_until_s), (since_s, until_s)


def _tells(change: Change, telling: AbstractSet[str]) -> bool:
    """Whether a change brought or took one of these values; of a prompt and an index, they begin with the name."""
    values = [value for value in (change.before, change.after) if value is not None]
    return not telling.isdisjoint([*values, *(f"{change.name} {value}" for value in values)])


def _row(row: Mapping[str, Any]) -> Row:
    sums = (row["before_requests"], row["before_sum"], row["since_requests"], row["since_sum"])
    return Row({name: row[name] for name in DIMENSIONS}, *sums)


def _change(change: Change) -> Mapping[str, Any]:
    return {
        "id": change.change_id,
        "at": instant_text(change.at_ns),
        "kind": str(change.kind),
        "name": change.name,
        "from": change.before,
        "to": change.after,
    }
