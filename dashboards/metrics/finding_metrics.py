"""Findings on ``/metrics``: what goes on, when each began so that Grafana can mark it, and the thread that judges."""

from collections import Counter
from collections.abc import Iterator

from analytics.drift.loop import DriftLoop
from analytics.findings.course import Ended
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
    """The findings that go on, and when the newest began: of those that belong together the first."""
    now_s = now_ns // NS_PER_S
    found = [
        one for one in findings_between(store, now_s - _DAYS_S, now_s) if one.leads and one.ended is not Ended.WITHDRAWN
    ]
    going_on = Counter(one.key.measure for one in found if one.open)
    yield "burnline_findings_open", [((measure,), float(many)) for measure, many in sorted(going_on.items())]
    last: dict[Labels, float] = {}
    for one in found[:MOST_FINDINGS]:
        last.setdefault(tuple(word[:LONGEST_VALUE] for word in one.key), float(one.start_s))
    yield "burnline_finding_timestamp_seconds", list(last.items())


def loop_samples(loop: FindingLoop) -> Iterator[tuple[str, Samples]]:
    """What the thread says of itself."""
    yield "burnline_findings_figures", [((), float(loop.watch.figures))]
    yield "burnline_findings_turn_seconds", [((), loop.turn_s)]
    yield "burnline_findings_failures", [((), float(loop.failures))]


def drift_samples(loop: DriftLoop) -> Iterator[tuple[str, Samples]]:
    """What the thread that looks for drift says of itself."""
    yield "burnline_drift_streams", [((), float(loop.streams))]
    yield "burnline_drift_turn_seconds", [((), loop.turn_s)]
    yield "burnline_drift_failures", [((), float(loop.failures))]
