"""What a figure is expected to be: its level, and what is usual at the time of the day and of the week.

Three baselines run side by side: the level alone, with the habits of the day, with those of the week. The one that was
nearest lately is taken, so that habits are used where there are any, and nowhere else.
"""

# ruff: noqa: FURB136 - min() and max() take three times as long, and this runs for every value

import math
from dataclasses import dataclass, field

from analytics.anomalies.season import DAY_S, WEEK_S, Season

_LEVEL_PACE = 0.004
_ACCEPTING_PACE = 0.03
"""While what happened is taken for the new normal."""
_ERROR_PACE = 0.005
_REMEMBERED_S = WEEK_S
"""Which baseline is nearest is a question of a week: habits of the week show on two days of it."""
_SOON = 0.05
_BETTER = 0.97
"""Habits have to be nearer by this factor than what does without them."""
_WIDER, _NARROWER = 1.5, 0.996
_LARGEST = 4.0
"""A difference moves the level and the habits by this many usual ones at most."""


def _seasons() -> tuple[Season, Season]:
    return Season(DAY_S, 48), Season(WEEK_S, 168)


@dataclass(slots=True)
class Baseline:
    """Follows one figure."""

    levels: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])
    """The level alone; and what is to be added to the habits of the day, and to those of the week."""
    usual_difference: float = 0.0
    """Mean absolute difference from what was expected."""
    seen: int = 0
    habits: int = 0
    """Which were used last: none, 1 those of the day, 2 those of the week."""
    _last_s: float = 0.0
    _clip: float = _LARGEST
    _seasons: tuple[Season, Season] = field(default_factory=_seasons)
    _errors: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])
    _known: tuple[bool, bool, bool] = (True, False, False)
    _candidates: tuple[float, float, float] = (0.0, 0.0, 0.0)

    def expected(self, at_s: float) -> float:
        """What the figure should be at that time."""
        levels, (days, weeks) = self.levels, self._seasons
        level, day, week = levels[0], days.usual(at_s), weeks.usual(at_s)
        with_day = level if day is None else levels[1] + day
        with_week = with_day if week is None else levels[2] + week
        self._candidates = (level, with_day, with_week)
        self._known = (True, day is not None, week is not None)
        errors = self._errors
        best, error, habits = level, errors[0], 0
        if day is not None and errors[1] < error * _BETTER:
            best, error, habits = with_day, errors[1], 1
        if week is not None and errors[2] < error * _BETTER:
            best, habits = with_week, 2
        self.habits = habits
        return best

    def learn(self, at_s: float, value: float, expected: float, *, accepting: bool) -> None:
        """Take a value into account; ``expected`` is what :meth:`expected` said for it."""
        seen = self.seen = self.seen + 1
        if seen == 1:
            self.levels[0], self._last_s = value, at_s
            return
        largest = _LARGEST * self.usual_difference
        known = 1 / seen
        self._follow(abs(value - expected), known if known > _ERROR_PACE else _ERROR_PACE)
        self._compare(at_s, value, known, largest)
        least = _ACCEPTING_PACE if accepting else _LEVEL_PACE
        pace = known if known > least else least
        most = math.inf if accepting or largest <= 0 else largest
        levels = self.levels
        for number, candidate in enumerate(self._candidates):
            if self._known[number]:
                difference = value - candidate
                levels[number] += pace * (difference if -most < difference < most else math.copysign(most, difference))
        days, weeks = self._seasons
        days.learn(at_s, value - levels[1], largest)
        weeks.learn(at_s, value - levels[2], largest)

    def _compare(self, at_s: float, value: float, known: float, largest: float) -> None:
        """How far each baseline was off, of late."""
        errors, past = self._errors, (at_s - self._last_s) / _REMEMBERED_S
        self._last_s = at_s
        rate = known if past < known else past if past < _SOON else _SOON
        for number, candidate in enumerate(self._candidates):
            error = abs(value - candidate)
            errors[number] += rate * ((error if error < largest or largest <= 0 else largest) - errors[number])

    def _follow(self, size: float, rate: float) -> None:
        """The usual difference; see ``spread.py`` for why what is clipped becomes more with each that is."""
        usual = self.usual_difference
        most = self._clip * usual
        if size > most > 0:
            size = most
            self._clip *= _WIDER
        elif self._clip > _LARGEST:
            self._clip *= _NARROWER
        self.usual_difference = usual + rate * (size - usual)
