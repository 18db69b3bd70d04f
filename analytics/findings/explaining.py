"""What explains a finding: which values moved, what changed just before, and the traces that show it."""

from collections.abc import Mapping
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
_NEAR_S = 1_800
"""Changes so long before and after a beginning are told; a beginning is dated to a step or two."""
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
        since_s = min(max(one.until_s or 0, one.alarmed_s), one.start_s + _MOST_S)
        before_s = one.start_s - max(_LEAST_S, since_s - one.start_s)
        told = one.key.measure.startswith(TOLD)
        name = one.key.measure.removeprefix(TOLD) if told else _ADDED.get(one.key.measure, one.key.measure)
        asked = {
            "start": instant(one.start_s),
            "until": instant(since_s),
            "dimension": one.key.dimension,
            "value": one.key.value,
            "measure": name,
            "told": told,
        }
        store = self.history.store
        rows = store.run(_QUERIES["finding_requests"], {**asked, "before": instant(before_s)}).to_pylist()
        per_request = measure_of(one.key.measure).over is not None
        lengths = (one.start_s - before_s, since_s - one.start_s)
        found = moved([_row(row) for row in rows], per_request=per_request, lengths=lengths)
        worst = {**asked, "largest": one.observed >= one.expected, "limit": _TRACES}
        traces = store.run(_QUERIES["finding_traces"], worst).to_pylist()
        return {
            "moved": [asdict(value) for value in found],
            "changes": [_change(change) for change in self._changes(one)],
            "traces": [row["trace_id"] for row in traces],
        }

    def _changes(self, one: Finding) -> list[Change]:
        near_s = max(_NEAR_S, 2 * one.step_s)
        start_ns, end_ns = (one.start_s - near_s) * NS_PER_S, (one.start_s + near_s) * NS_PER_S
        found = self.history.changes(max(0, start_ns), end_ns)
        return sorted(found, key=lambda change: abs(change.at_ns - one.start_s * NS_PER_S))[:_CHANGES]


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
