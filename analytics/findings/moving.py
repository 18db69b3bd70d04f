"""Which values moved a figure: the difference of two windows, taken apart exactly.

For a figure per request, with N requests and mean m on each side, a value v with share s = n / N and mean m_v moves

    contribution(v) = s1 (m1_v - m0) - s0 (m0_v - m0),        and all of a dimension add up to m1 - m0

(the decomposition of Kitagawa 1955 into rates and composition). Of it, s1 (m1_v - m0_v) is a change inside v; the rest
is v having more or less of the traffic. Of a sum, each value simply moves by its own difference. A value explains what
its share of the difference is above the share of requests it has anyway: one that everybody has explains nothing, one
that is new and has everything explains everything.

>>> rows = [Row({"model": "a"}, 50, 50, 50, 50), Row({"model": "b"}, 50, 50, 50, 150)]
>>> [(one.dimension, one.value, one.how.value, round(one.share, 2)) for one in moved(rows, per_request=True)]
[('model', 'b', 'inside', 1.0)]
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

DIMENSIONS = ("model_version", "prompt", "index", "release", "model", "tenant", "route", "feature", "tier")
"""What is asked, the most telling first: of values that explain the same, the first is named."""
LEAST = 0.2
"""Of the difference, above the share of the traffic; less explains little."""
MOST = 3
_NEW = 0.02
"""A share of the traffic below which a value was not there before."""


class How(StrEnum):
    """In which way a value moves a figure."""

    NEW = "new"  # it was hardly there before
    INSIDE = "inside"  # its own requests are others than before
    SHARE = "share"  # it has more or less of the traffic


@dataclass(frozen=True, slots=True)
class Row:
    """Requests that have their words in common, before and since."""

    words: Mapping[str, str | None]
    before_requests: float
    before_sum: float
    since_requests: float
    since_sum: float


@dataclass(frozen=True, slots=True)
class Moved:
    """One value that moves a figure."""

    dimension: str
    value: str
    how: How
    share: float
    """Of the difference; more than 1 where others move against it."""
    before: float | None
    """The figure of its requests before; None: there were none."""
    since: float | None
    """And since."""
    traffic_before: float
    """Its share of the requests before."""
    traffic_since: float
    """And since."""


class _Sums(NamedTuple):
    """Requests and what they add up to, before and since."""

    b: float
    y0: float
    a: float
    y1: float


def moved(rows: Sequence[Row], *, per_request: bool, lengths: tuple[float, float] = (1.0, 1.0)) -> list[Moved]:
    """The values that explain most of the difference, one of each dimension; sums are held per length of a window."""
    found = []
    for dimension in DIMENSIONS:
        sums = _by_value(rows, dimension)
        all_of_it = _Sums(*(sum(column) for column in zip(*sums.values(), strict=True))) if sums else None
        if all_of_it is None or not all_of_it.b or not all_of_it.a:
            continue
        parts = _per_request if per_request else _per_length
        values = [_moved(dimension, value, one, all_of_it, parts, lengths) for value, one in sums.items() if value]
        found += sorted(values, key=_telling)[-1:]
    telling = [one for one in found if _telling(one) >= LEAST]
    return sorted(telling, key=lambda one: -round(_telling(one), 2))[:MOST]


def _telling(one: Moved) -> float:
    return one.share - min(one.traffic_before, one.traffic_since)


def _by_value(rows: Sequence[Row], dimension: str) -> dict[str, _Sums]:
    found: dict[str, _Sums] = {}
    for row in rows:
        value = row.words.get(dimension) or ""
        had = found.get(value, _Sums(0.0, 0.0, 0.0, 0.0))
        now = (row.before_requests, row.before_sum, row.since_requests, row.since_sum)
        found[value] = _Sums(*(one + other for one, other in zip(had, now, strict=True)))
    return found


_Parts = Callable[[_Sums, _Sums, tuple[float, float]], tuple[float, float]]


def _per_request(one: _Sums, whole: _Sums, _: tuple[float, float]) -> tuple[float, float]:
    """What a value moves, and what of it is inside."""
    mean = whole.y0 / whole.b
    by = (one.y1 - one.a * mean) / whole.a - (one.y0 - one.b * mean) / whole.b
    return by, (one.y1 - one.a * one.y0 / one.b) / whole.a if one.a and one.b else 0.0


def _per_length(one: _Sums, _: _Sums, lengths: tuple[float, float]) -> tuple[float, float]:
    by = one.y1 / lengths[1] - one.y0 / lengths[0]
    return by, (one.y1 - one.a * one.y0 / one.b) / lengths[1] if one.a and one.b else 0.0


def _moved(  # noqa: PLR0917 - a value and what it is held against
    dimension: str, value: str, one: _Sums, whole: _Sums, parts: _Parts, lengths: tuple[float, float]
) -> Moved:
    (by, inside), (all_of_it, _) = parts(one, whole, lengths), parts(whole, whole, lengths)
    before, since = one.b / whole.b, one.a / whole.a
    how = How.NEW if before < _NEW else How.INSIDE if abs(inside) >= abs(by) / 2 else How.SHARE
    return Moved(
        dimension=dimension,
        value=value,
        how=how,
        share=by / all_of_it if all_of_it else 0.0,
        before=one.y0 / one.b if one.b else None,
        since=one.y1 / one.a if one.a else None,
        traffic_before=before,
        traffic_since=since,
    )
