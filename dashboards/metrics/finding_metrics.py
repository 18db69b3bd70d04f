"""Findings on ``/metrics``: what goes on, when each began so that Grafana can mark it, and the thread that judges."""

from collections import Counter
from collections.abc import Iterator

from analytics.drift.loop import DriftLoop
from analytics.findings.course import Ended
from analytics.findings.events import events
from analytics.findings.finding import head
from analytics.findings.kept import findings_between
from analytics.findings.loop import FindingLoop
from analytics.notation import NS_PER_S
from collector.store import Store
from dashboards.metrics.families import Labels, Samples

MOST_FINDINGS = 100
"""Series of the family; older findings are in ``/v1/findings``."""
LONGEST_VALUE = 100
"""Characters of a label value; names come from outside."""
_DAYS_S = 30 * 86_400


def finding_samples(store: Store, now_ns: int) -> Iterator[tuple[str, Samples]]:
    """The events that go on, and when the newest began: each by the part that tells it best."""
    now_s = now_ns // NS_PER_S
    standing = [one for one in findings_between(store, now_s - _DAYS_S, now_s) if one.ended is not Ended.WITHDRAWN]
    told = events(standing)
    found = [head(event) for event in told]
    going_on = Counter(head(event).key.measure for event in told if any(one.open for one in event))
    yield "burnline_findings_open", [((measure,), float(many)) for measure, many in sorted(going_on.items())]
    last: dict[Labels, float] = {}
    for one in found[:MOST_FINDINGS]:
        last.setdefault(tuple(word[:LONGEST_VALUE] for word in one.key), float(one.start_s))
    yield "burnline_finding_timestamp_seconds", list(last.items())


def loop_samples(loop: FindingLoop) -> Iterator[tuple[str, Samples]]:
    """What the thread says of itself."""
    yield "burnline_findings_figures", [((), float(loop.watch.figures))]
    yield "burnline_findings_figures_left_out", [((), float(loop.watch.left_out))]
    yield "burnline_findings_turn_seconds", [((), loop.turn_s)]
    yield "burnline_findings_failures", [((), float(loop.thread.failures))]


def drift_samples(loop: DriftLoop) -> Iterator[tuple[str, Samples]]:
    """What the thread that looks for drift says of itself."""
    yield "burnline_drift_streams", [((), float(loop.streams))]
    yield "burnline_drift_turn_seconds", [((), loop.turn_s)]
    yield "burnline_drift_failures", [((), float(loop.thread.failures))]
