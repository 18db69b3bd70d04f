"""Whether a cheaper model holds the quality of another one: non-inferiority, measure by measure.

    holds           the interval of the difference lies above -margin (of errors: below it)
    worse           it lies below 0 altogether, and its middle beyond the margin
    not_known_yet   else, or too few requests tell it

The intervals are those of experiments and hold at every look (``analytics/experiments/intervals.py``); users are what
is counted. A model holds when errors do, at least one evaluation or outcome does, and none of them is open or worse.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from analytics.experiments.intervals import Course, Sums, difference, half_width
from analytics.experiments.measures import MEASURES, measure_name
from analytics.experiments.verdicts import LEAST_UNITS

Told = tuple[str, str]
"""A measure by its kind, and the name of an evaluation or outcome; '' without one."""
JUDGED = ("error_ratio", "evaluation", "outcome")


class Held(StrEnum):
    """What can be said of a measure, and of a model."""

    HOLDS = "holds"
    WORSE = "worse"
    NOT_KNOWN_YET = "not_known_yet"


@dataclass(frozen=True, slots=True)
class Margins:
    """How much worse is no worse."""

    ratio: float
    errors: float
    least: int
    course: Course
    lower_is_better: Sequence[str] = ()
    """Evaluations and outcomes of which less is better."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One measure of the present model and of the cheaper one."""

    measure: str
    value: float
    candidate_value: float
    margin: float
    requests: int
    """Of the cheaper model that tell it."""
    held: Held
    low: float | None = None
    """Lower end of the interval of the difference; None with too few requests."""
    high: float | None = None


def measured(present: Mapping[Told, Sums], candidate: Mapping[Told, Sums], margins: Margins) -> Iterator[Measured]:
    """Every measure that both tell."""
    for told in sorted(present.keys() & candidate.keys(), key=lambda one: (list(MEASURES).index(one[0]), one[1])):
        if told[0] in JUDGED and present[told].n and candidate[told].n:
            yield _measured(told, present[told], candidate[told], margins)


def held(found: Sequence[Measured]) -> Held:
    """What all of them say together."""
    if any(one.held is Held.WORSE for one in found):
        return Held.WORSE
    told = [one for one in found if one.measure != "error_ratio"]
    errors = [one for one in found if one.measure == "error_ratio"]
    whole = bool(told) and bool(errors) and all(one.held is Held.HOLDS for one in found)
    return Held.HOLDS if whole else Held.NOT_KNOWN_YET


def unknown(found: Sequence[Measured], *, randomised: bool) -> Iterator[str]:
    """What is not known, in words."""
    if not any(one.measure != "error_ratio" for one in found):
        yield "no evaluation and no outcome is told of both models: quality is not known"
    for one in found:
        if one.held is Held.NOT_KNOWN_YET:
            why = "too few requests tell it" if one.low is None else "it could still be worse by more than the margin"
            yield f"{one.measure}: {why}"
    if not randomised:
        yield "traffic was not randomised: the cheaper model may have had the easier requests"


def _measured(told: Told, present: Sums, candidate: Sums, margins: Margins) -> Measured:
    kind, name = told
    value, other = float(present.ratio), float(candidate.ratio)
    margin = margins.errors if kind == "error_ratio" else margins.ratio * abs(value)
    base = (measure_name(kind, name), value, other, margin, int(candidate.requests))
    if min(present.requests, candidate.requests) < margins.least or min(present.units, candidate.units) < LEAST_UNITS:
        return Measured(*base, Held.NOT_KNOWN_YET)
    found = difference(present, candidate, share=MEASURES[kind].share)
    apart, half = float(found.value), float(half_width(found, margins.course))
    lower = MEASURES[kind].lower_is_better or name in margins.lower_is_better
    return Measured(*base, _held(apart if lower else -apart, half, margin), apart - half, apart + half)


def _held(loss: float, half: float, margin: float) -> Held:
    if loss + half <= margin:
        return Held.HOLDS
    return Held.WORSE if loss - half > 0 and loss > margin else Held.NOT_KNOWN_YET
