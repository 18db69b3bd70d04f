"""Changes on ``/metrics``, so that Grafana can mark each at its exact time."""

from collections.abc import Iterator

from analytics.changes.change import Change
from analytics.changes.history import History
from analytics.notation import NS_PER_HOUR, NS_PER_S
from dashboards.metrics.families import Labels, Samples

MOST_CHANGES = 100
"""Series of the family; older changes are in ``/v1/changes``."""
LONGEST_VALUE = 100
"""Characters of a label value; names come from outside."""
_DAYS_NS = 30 * 24 * NS_PER_HOUR


def change_samples(history: History | None, now_ns: int) -> Iterator[tuple[str, Samples]]:
    """The newest changes with their instants; of several with the same labels, as in going back and forth, the last."""
    found = [] if history is None else history.changes(max(0, now_ns - _DAYS_NS), now_ns)
    last: dict[Labels, float] = {}
    for change in found:
        last.setdefault(_labels(change), change.at_ns / NS_PER_S)
        if len(last) == MOST_CHANGES:
            break
    yield "burnline_change_timestamp_seconds", list(last.items())


def _labels(change: Change) -> Labels:
    words = (change.kind, change.name, change.before or "", change.after or "", change.route or "")
    return tuple(str(word)[:LONGEST_VALUE] for word in words)
