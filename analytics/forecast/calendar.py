"""Days that are known beforehand to be unlike others: named events, the ends of months, prices that change.

    known    a factor of every step, past and to come, that somebody said or the price book has: the history is divided
             by it, the forecast multiplied, so what is forecast is usage at today's prices
    kind     steps that are alike and whose factor has to be learned: the last day of a month, an event without a factor

A factor is learned from the median of a kind's steps over the median of the ordinary ones within ten of them, and drawn
towards 1 by as much as chance alone would make (James and Stein, 1961): what is no effect is next to none. The level
passes over steps of a kind, so that they are neither trend nor outliers. A factor is learned anew at every origin from
what was over by then, so that the back-test does not know it either.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from analytics.forecast.season import Floats, Origins

MONTH_ENDS = ("second last day of the month", "last day of the month", "first day of the month")
_REACH = 10
_LEAST_NEIGHBOURS = 5
_OF_A_MEDIAN, _OF_A_DEVIATION = 1.57, 1.4826
_MOST = 20.0
"""No kind of day is more than so many times an ordinary one: what looks so has seen one great day."""


@dataclass(frozen=True, slots=True)
class Days:
    """What is known of every step beforehand, the oldest first, those to come included."""

    kinds: Origins
    """0 for an ordinary step."""
    known: Floats
    """So many times as much as without; 1 for an ordinary step."""

    @property
    def many(self) -> int:
        """Kinds there are."""
        return int(self.kinds.max(initial=0))


def ordinary(steps: int) -> Days:
    """Nothing is known of any step."""
    return Days(np.zeros(steps, np.int64), np.ones(steps))


def month_end(day: date) -> int:
    """Which of the days around the end of a month it is, from 1; 0 for another one.

    >>> [month_end(date(2026, 11, day)) for day in (1, 2, 29, 30)]
    [3, 0, 1, 2]
    """
    if day.day == 1:
        return 3
    return next((2 - ahead for ahead in (0, 1) if (day + timedelta(days=ahead + 1)).day == 1), 0)


def kinds_of(days: Sequence[date], events: Sequence[frozenset[date]]) -> Origins:
    """The kind of every day: of the first event that it is a day of, or else of its place at the end of a month."""
    first = len(MONTH_ENDS) + 1
    found = [
        next((first + place for place, named in enumerate(events) if day in named), 0) or month_end(day) for day in days
    ]
    return np.array(found, np.int64)


def learned(flat: Floats, origins: Origins, kinds: Origins) -> Floats:
    """The factor of every kind at every origin: origins x kinds, that of kind 0 is 1.

    ``flat`` has one row for each origin, which ends with the step before it; nan is unknown.
    """
    rows, length = flat.shape
    many = int(kinds.max(initial=0))
    factors = np.ones((rows, many + 1))
    at = origins[:, None] - length + np.arange(length)
    own = np.where(at >= 0, kinds[np.maximum(at, 0)], 0)
    plain = np.where(own == 0, flat, np.nan)
    noise = _noise(plain)
    for kind in range(1, many + 1):
        ratios = _ratios(flat, plain, origins, np.flatnonzero(kinds[: int(origins.max())] == kind))
        if ratios.shape[1]:
            factors[:, kind] = _drawn(ratios, noise)
    return factors


def _ratios(flat: Floats, plain: Floats, origins: Origins, places: Origins) -> Floats:
    """Each step of a kind over the ordinary ones around it: origins x steps; nan where it was not over by then."""
    rows, length = flat.shape
    found = np.full((rows, len(places)), np.nan)
    for number, place in enumerate(places):
        column = place - origins + length
        there = (column >= 0) & (column < length)
        around = column[there, None] + np.arange(-_REACH, _REACH + 1)
        within = (around >= 0) & (around < length)
        near = np.where(within, plain[np.flatnonzero(there)[:, None], np.clip(around, 0, length - 1)], np.nan)
        enough = np.isfinite(near).sum(axis=1) >= _LEAST_NEIGHBOURS
        usual = _median(np.where(enough[:, None], near, np.nan))
        with np.errstate(divide="ignore", invalid="ignore"):
            found[there, number] = np.where(usual > 0, flat[there, column[there]] / usual, np.nan)
    return found


def _drawn(ratios: Floats, noise: Floats) -> Floats:
    """The median of each row, drawn towards 1; 1 where nothing is known."""
    count = np.isfinite(ratios).sum(axis=1)
    apart = np.where(count > 0, np.clip(_median(ratios), 0, _MOST) - 1, 0.0)
    chance = _OF_A_MEDIAN * noise**2 / np.maximum(count, 1)
    kept = np.clip(1 - chance / np.maximum(apart**2, 1e-12), 0.0, 1.0)
    drawn: Floats = 1 + np.where(np.isfinite(noise), kept, 0.0) * apart
    return drawn


def _noise(plain: Floats) -> Floats:
    """The usual spread of an ordinary step, as a part of it; nan where nobody knows."""
    changes = np.abs(np.diff(plain, axis=1))
    usual = _median(plain)
    with np.errstate(divide="ignore", invalid="ignore"):
        noise: Floats = np.where(usual > 0, _OF_A_DEVIATION * _median(changes) / np.sqrt(2) / usual, np.nan)
    return noise


def _median(rows: Floats) -> Floats:
    """Of what is known in each row; nan where nothing is."""
    ordered, known = np.sort(rows, axis=1), np.isfinite(rows).sum(axis=1)  # nan goes last
    places = np.maximum(np.stack(((known - 1) // 2, known // 2)), 0).T
    found: Floats = np.take_along_axis(ordered, places, axis=1).mean(axis=1)
    return np.where(known > 0, found, np.nan)
