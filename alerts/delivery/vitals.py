"""What the parts that tell say about themselves, for ``/metrics``: a table of families, and their samples now."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from alerts.delivery.telling import Telling
from analytics.notation import NS_PER_S
from analytics.slo.burn import nanoseconds

Labels = tuple[str, ...]
Samples = Iterable[tuple[Labels, float]]


@dataclass(frozen=True, slots=True)
class SignalFamily:
    """One metric: its name without ``_total``, its labels, and whether it only grows."""

    name: str
    text: str
    labels: Labels = ()
    grows: bool = False


FAMILIES = (
    SignalFamily("burnline_signal_readers", "Readers by state: current, behind, earlier_run.", ("state",)),
    SignalFamily("burnline_signal_reader_lag_seconds", "Longest time a reader has been behind the newest document."),
    SignalFamily("burnline_deliveries", "Messages of the last week by how they stand.", ("subscription", "standing")),
    SignalFamily(
        "burnline_delivery_oldest_waiting_seconds", "Age of the oldest message to deliver.", ("subscription",)
    ),
    SignalFamily("burnline_delivery_look_failures", "Looks at what is to be told that failed.", grows=True),
    SignalFamily("burnline_document_pushes", "Documents pushed.", ("subscription", "outcome"), grows=True),
    SignalFamily("burnline_alerts_firing", "Alerts that are so, as posted.", ("alertmanager",)),
    SignalFamily("burnline_alert_posts", "Posts of alerts.", ("alertmanager", "outcome"), grows=True),
)
"""Every family."""


def samples(telling: Telling, at: datetime) -> Iterator[tuple[str, Samples]]:
    """Every family with what it says now."""
    standings = telling.readers.standings(at)
    states = Counter(_state(one.behind) for one in standings)
    yield "burnline_signal_readers", [((state,), float(number)) for state, number in sorted(states.items())]
    lags = [one.lag_s for one in standings if one.lag_s is not None]
    yield "burnline_signal_reader_lag_seconds", [((), max(lags))] if lags else []
    totals, now_ns = telling.deliveries.outbox.totals(), nanoseconds(at)
    yield "burnline_deliveries", [((row["subscription"], row["standing"]), float(row["messages"])) for row in totals]
    yield (
        "burnline_delivery_oldest_waiting_seconds",
        _waiting(
            (row["subscription"], (now_ns - row["oldest_ns"]) / NS_PER_S)
            for row in totals
            if row["standing"] in {"waiting", "failed"}
        ),
    )
    yield "burnline_delivery_look_failures", [((), float(telling.deliveries.failures))]
    pushes = [(one.subscription.name, one.delivered, one.failed) for one in telling.deliveries.documents]
    yield "burnline_document_pushes", _outcomes(pushes)
    yield "burnline_alerts_firing", [((one.settings.url,), float(one.firing)) for one in telling.posters]
    yield "burnline_alert_posts", _outcomes((one.settings.url, one.posted, one.failed) for one in telling.posters)


def _state(behind: int | None) -> str:
    if behind is None:
        return "earlier_run"
    return "behind" if behind else "current"


def _waiting(found: Iterable[tuple[str, float]]) -> Samples:
    oldest: dict[str, float] = {}
    for name, age_s in found:
        oldest[name] = max(age_s, oldest.get(name, 0.0))
    return [((name,), age_s) for name, age_s in oldest.items()]


def _outcomes(found: Iterable[tuple[str, int, int]]) -> Samples:
    for name, taken, failed in found:
        yield (name, "taken"), float(taken)
        yield (name, "failed"), float(failed)
