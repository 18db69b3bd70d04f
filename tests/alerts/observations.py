"""Observations for tests of the controller, made from counts as the evaluation makes them."""

from datetime import UTC, datetime

from alerts.controller import Observation, Reading
from analytics.slo.arithmetic import Counts
from analytics.slo.evidence import Gate, judged
from analytics.slo.objective import Sli
from analytics.slo.windows import Window, factor

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
HOUR_ROW = Window(0.02, 3600.0, 300.0)
PERIOD_S = 28 * 86400.0
TARGET = 0.99


def reading(
    long: tuple[int, int],
    short: tuple[int, int],
    *,
    name: str = "cheap",
    sli: Sli = Sli.COST,
    window: Window = HOUR_ROW,
) -> Reading:
    """A row whose windows hold these (bad, total) requests."""
    counts = [Counts(total, total - bad) for bad, total in (long, short)]
    limit = factor(window, PERIOD_S)
    return Reading(name, sli, window, limit, *counts, judged(*counts, target=TARGET, factor=limit, gate=Gate()))


def seen(word: str, **options) -> Observation:
    """An observation by name: what a person would call the situation."""
    return Observation((SITUATIONS[word](**options),))


SITUATIONS = {
    "calm": lambda **o: reading((0, 1000), (0, 100), **o),
    "warm": lambda **o: reading((50, 1000), (5, 100), **o),  # burns 5x: over 1, below the factor of 13.44
    "fire": lambda **o: reading((500, 1000), (50, 100), **o),
    "over": lambda **o: reading((500, 1000), (0, 100), **o),  # the long window still remembers, the short is clean
    "few": lambda **o: reading((1, 4), (1, 1), **o),
    "gap": lambda **o: reading((500, 1000), (0, 0), **o),
    "dark": lambda **o: reading((0, 0), (0, 0), **o),
}
