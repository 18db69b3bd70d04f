"""How a figure goes on until an instant: step by step and as a sum, with what is seen already taken as it is.

    rest of the running step = (1 - over) x ((1 - over) x forecast + seen)
    rest of the period       = rest of the running step + the steps after it
    at the end               = so far + rest

``over`` is the share of the running step that is usually over by now, so what was seen of it replaces the forecast the
more the later it is. Only the rest is uncertain: intervals, the instant at which an amount is gone and the probability
of going above it come from the errors of sums of as many steps (``bands.py``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

import numpy as np

from analytics.forecast.bands import HIGH, LOW, Sums, step_band, sums_of
from analytics.forecast.calendar import Days
from analytics.forecast.course import Course, Step
from analytics.forecast.rolling import Rolling, paths, rolled
from analytics.forecast.season import Floats

LEAST_CYCLES = 4
WEEK_OF_DAYS, WEEK_OF_HOURS = 7, 168
_MOSTLY_EMPTY = 0.5


class Reason(StrEnum):
    """Why there is no forecast."""

    NOTHING_SEEN = "nothing_seen"
    TOO_LITTLE_HISTORY = "too_little_history"
    TOO_FAR = "too_far"
    UNPRICED = "unpriced"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Refused:
    """That there is no forecast, and why in a sentence."""

    reason: Reason
    text: str


@dataclass(frozen=True, slots=True)
class Instants:
    """When an amount is gone: as expected, and the ends of an 80 % interval; None: not by the end."""

    expected_ns: int | None
    earliest_ns: int | None
    latest_ns: int | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """A forecast; every array has one entry for each step, the running one first."""

    edges: tuple[int, ...]
    """Now, the ends of the steps, and the instant it goes until."""
    steps: tuple[Floats, Floats, Floats]
    """Of each step as a whole: low, expected, high."""
    rest: tuple[Floats, Floats, Floats]
    """From now to the end of each step: low, expected, high."""
    sums: Sums

    @property
    def expected(self) -> float:
        """From now until the end."""
        return float(self.rest[1][-1])

    def probability_above(self, left: float) -> float | None:
        """That more than ``left`` comes until the end; None where nobody knows."""
        if left < 0:
            return 1.0
        if not self.expected:
            return 0.0
        return self.sums.probability_above(left / self.expected, len(self.edges) - 1)

    def gone(self, left: float) -> Instants:
        """When ``left`` is used up."""
        low, expected, high = (self._reached(curve, left) for curve in self.rest)
        return Instants(expected, high, low)

    def _reached(self, curve: Floats, left: float) -> int | None:
        if not np.isfinite(curve).all() or left >= curve[-1]:
            return None
        offsets = np.asarray(self.edges, dtype=np.int64) - self.edges[0]
        return self.edges[0] + int(np.interp(left, np.concatenate(([0.0], curve)), offsets))


def cycle_of(step: Step, values: Floats) -> int:
    """Steps of a cycle: a week; none for hours of which more than half see nothing, too few to tell which."""
    if step is Step.DAY:
        return WEEK_OF_DAYS
    return 1 if len(values) and (values == 0).mean() > _MOSTLY_EMPTY else WEEK_OF_HOURS


def refusal(step: Step, values: Floats, steps: int) -> Refused | None:
    """Why so many steps cannot be told from this history; None when they can."""
    least = LEAST_CYCLES * (WEEK_OF_DAYS if step is Step.DAY else WEEK_OF_HOURS)
    if steps < 1:
        return Refused(Reason.OVER, "nothing is left of the window: ask for an `until` after now")
    if not len(values):
        return Refused(
            Reason.NOTHING_SEEN, f"nothing was seen before this {step}: a forecast needs {least} whole {step}s"
        )
    if len(values) < least:
        return Refused(
            Reason.TOO_LITTLE_HISTORY,
            f"{len(values)} whole {step}s since the first one seen: a forecast needs {least}",
        )
    if 2 * steps > len(values):
        return Refused(
            Reason.TOO_FAR,
            f"{steps} {step}s ahead need {2 * steps} whole {step}s of history, and there are {len(values)}: "
            "ask for a nearer `until`",
        )
    return None


def forecast(step: Step, values: Floats, steps: int, days: Days | None = None) -> Rolling:
    """Forecast so many steps, the running one first; ``days`` know of all of them, past and ahead."""
    return rolled(values, steps, cycle_of(step, values), partial(paths, days=days))


def outlook(
    going: Course, rolling: Rolling, ahead: Sequence[int], window: tuple[int, int], factor: float = 1.0
) -> Outlook:
    """Join what was seen with a forecast of whole steps.

    ``ahead`` are the edges of the steps from the running one on, the window is from now until the end asked for; what
    is still to come is multiplied by ``factor``.
    """
    now_ns, until_ns = window
    parts = _parts((now_ns, *ahead[1:]), until_ns)
    low, high = (step_band(rolling, share) for share in (LOW, HIGH))
    running = _rest_of_running(going, float(rolling.ahead[0]))
    rest = factor * np.concatenate(([running], rolling.ahead[1:])) * parts
    seen = np.concatenate(([going.running], np.zeros(len(rest) - 1)))
    ratios = [np.divide(one, rolling.ahead, out=np.ones_like(one), where=rolling.ahead > 0) for one in (low, high)]
    sums = sums_of(rolling)
    total = np.cumsum(rest)
    bounds = [np.array([sums.error(n + 1, share) for n in range(len(rest))]) for share in (LOW, HIGH)]
    curves = [np.maximum.accumulate(np.maximum(total * (1 + one), 0.0)) for one in bounds]
    return Outlook(
        edges=(now_ns, *ahead[1:-1], until_ns),
        steps=(seen + rest * ratios[0], seen + rest, seen + rest * ratios[1]),
        rest=(curves[0], total, curves[1]),
        sums=sums,
    )


def _rest_of_running(going: Course, forecast_of_step: float) -> float:
    left = 1 - going.over
    return left * (left * forecast_of_step + going.running)


def _parts(ahead: Sequence[int], until_ns: int) -> Floats:
    """The share of each step that is before the end: less than 1 for the last one at most."""
    parts = np.ones(len(ahead) - 1)
    parts[-1] = (until_ns - ahead[-2]) / (ahead[-1] - ahead[-2])
    return parts
