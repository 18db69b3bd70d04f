"""What a figure is expected to be: its level, and what is usual at the time of the day and of the week.

Three baselines run side by side: the level alone, with the habits of the day, with those of the week. The one that was
nearest lately is taken, so that habits are used where there are any, and nowhere else.
"""

# ruff: noqa: FURB136 - min() and max() take three times as long, and this runs for every value

from dataclasses import dataclass, field

from analytics.anomalies.season import DAY_S, WEEK_S, Season

_LEVEL_PACE = 0.004
_ACCEPTING_PACE = 0.03
"""While what happened is taken for the new normal."""
_ERROR_PACE = 0.005
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

    level: float = 0.0
    usual_difference: float = 0.0
    """Mean absolute difference from what was expected."""
    seen: int = 0
    _clip: float = _LARGEST
    _seasons: tuple[Season, Season] = field(default_factory=_seasons)
    _errors: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])
    _candidates: tuple[float, float, float] = (0.0, 0.0, 0.0)

    def expected(self, at_s: float) -> float:
        """What the figure should be at that time."""
        level, (days, weeks) = self.level, self._seasons
        day, week = days.usual(at_s), weeks.usual(at_s)
        with_day = level if day is None else level + day
        with_week = with_day if week is None else level + week
        self._candidates = (level, with_day, with_week)
        errors = self._errors
        best, error = level, errors[0]
        if day is not None and errors[1] < error * _BETTER:
            best, error = with_day, errors[1]
        if week is not None and errors[2] < error * _BETTER:
            best = with_week
        return best

    def learn(self, at_s: float, value: float, expected: float, *, accepting: bool) -> None:
        """Take a value into account; ``expected`` is what :meth:`expected` said for it."""
        seen = self.seen = self.seen + 1
        if seen == 1:
            self.level = value
            return
        largest = _LARGEST * self.usual_difference
        difference = value - expected
        size = abs(difference)
        known = 1 / seen
        rate = known if known > _ERROR_PACE else _ERROR_PACE
        self._follow(size, rate)
        if size > largest > 0 and not accepting:
            difference = largest if difference > 0 else -largest
        errors = self._errors
        for number, candidate in enumerate(self._candidates):
            error = abs(value - candidate)
            errors[number] += rate * ((error if error < largest or largest <= 0 else largest) - errors[number])
        pace = _ACCEPTING_PACE if accepting else _LEVEL_PACE
        self.level += (known if known > pace else pace) * difference
        for season in self._seasons:
            season.learn(at_s, value - self.level, largest)

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
