"""What an interval says: better, worse, the same, or not known yet and how many more requests it could take."""

from dataclasses import dataclass
from enum import StrEnum
from math import isfinite

from analytics.experiments.intervals import Course, Difference, Sums, difference, half_width

LEAST_UNITS = 10
"""Of each side; fewer have no spread of their own to go by."""
_MOST = 1e9
"""More requests than that are never."""


class Verdict(StrEnum):
    """What can be said of a measure."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "same"
    NOT_KNOWN_YET = "not_known_yet"


@dataclass(frozen=True, slots=True)
class Rules:
    """When a verdict is given."""

    course: Course
    margin_ratio: float
    least: int
    """Requests of each side."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A variant beside the control."""

    verdict: Verdict
    difference: float
    low: float | None = None
    """Lower end of the interval; None while there is too little to go by."""
    high: float | None = None
    effective: float = 0.0
    more_requests: int | None = None
    """Of both together until a verdict could come if nothing changes; None: there is one, or it would take for ever."""


def compared(control: Sums, variant: Sums, rules: Rules, *, lower_is_better: bool, share: bool) -> Compared | None:
    """Compare a variant with the control; None where one of them has nothing to compare."""
    if not (control.n and variant.n):
        return None
    found = difference(control, variant, share=share)
    apart, half = float(found.value), float(half_width(found, rules.course))
    lacking = _lacking((control, variant), rules)
    if lacking:
        return Compared(Verdict.NOT_KNOWN_YET, apart, effective=float(found.effective), more_requests=lacking)
    margin = rules.margin_ratio * abs(float(control.ratio))
    verdict = _verdict(apart, half, margin, lower_is_better=lower_is_better)
    more = _more(found, rules.course, margin, control, variant) if verdict is Verdict.NOT_KNOWN_YET else None
    return Compared(verdict, apart, apart - half, apart + half, float(found.effective), more)


def _verdict(apart: float, half: float, margin: float, *, lower_is_better: bool) -> Verdict:
    if abs(apart) > half:
        return Verdict.BETTER if (apart < 0) == lower_is_better else Verdict.WORSE
    return Verdict.SAME if margin and abs(apart) + half <= margin else Verdict.NOT_KNOWN_YET


def _lacking(sides: tuple[Sums, Sums], rules: Rules) -> int:
    """Requests until there is enough on both sides; 0: there is."""
    shares = [float(one.requests) / rules.least for one in sides] + [float(one.units) / LEAST_UNITS for one in sides]
    lowest = min(shares)
    return 0 if lowest >= 1 else max(1, round(sum(float(one.requests) for one in sides) * (1 / lowest - 1)))


def _more(found: Difference, course: Course, margin: float, control: Sums, variant: Sums) -> int | None:
    """Requests until the interval leaves 0 out, or lies within the margin, if the difference stays what it is."""
    needed = max(abs(float(found.value)), margin - abs(float(found.value)))
    requests = float(control.requests) + float(variant.requests)
    low, high = 1.0, _MOST / requests
    if not isfinite(needed) or needed <= 0 or _half_at(found, course, high) > needed:
        return None
    while high / low > 1.001:  # noqa: PLR2004 - a thousandth of it
        middle = (low * high) ** 0.5
        low, high = (middle, high) if _half_at(found, course, middle) > needed else (low, middle)
    return max(1, round(requests * (high - 1)))


def _half_at(found: Difference, course: Course, times: float) -> float:
    """Half of the interval with so many times as many requests."""
    grown = Difference(found.value, found.variance / times, found.effective * times)
    return float(half_width(grown, course))
