"""From rarities to scores: one event is one alarm, and does not hide the next one.

After an alarm a detector rests: what is about as rare is held just below an alarm, in the order of its rarity. Where
the level has returned when the rest is over, the rows of the event teach nothing about what is rare. Where it has not,
that is how things are, and they are learned after all; so are those of events that come again and again.
"""

import math
from dataclasses import dataclass

from analytics.anomalies.baseline import Baseline

ALARM = 0.5
"""Scores from here on are alarms."""
_REST_ROWS = 100
_SAME_ROWS = 60
"""Rows after an alarm that are the same event, however loud."""
_CHAINED_ROWS = 300
"""An alarm so soon after another is no event any more but how things are."""
_FORGIVEN = 2.0
"""Events beyond the rate that is set whose rows are not learned: of spikes every 400 rows, 5 to 8 are told."""
_RETURNED = 3.0
"""Usual differences from the level before the event within which it has returned. The level follows an event while the
detector rests: at 1, of losses of 36 rows 78 % are told, at 3 92 %, and weekends that are 4 spreads lower as often."""
_LOUDER = 1.0
"""Rarities are powers of ten: while it rests, only what is ten times as rare is an alarm."""
_RESTING, _RESTING_SLOPE = 0.45, 0.05
"""From which score on those of a resting detector are drawn together, so that they keep their order below ``ALARM``."""


@dataclass(slots=True)
class Event:
    """The last event of one figure."""

    forgiving: bool = False
    """Whether its rows may teach nothing."""
    learning: bool = True
    """Whether a row teaches what is rare when it comes; those of an event are kept until it is over."""
    resting: int = 0
    """Rows of rest that are left."""
    _loudest: float = 0.0
    _calm_rows: int = _CHAINED_ROWS
    """Rows since the last alarm."""
    _forgiven: float = 0.0
    _habits: int = 0
    _level: float = 0.0
    _usual_difference: float = 0.0

    def score(self, rarity: float, false_alarms_per_row: float, baseline: Baseline) -> float:
        """Make a score of a rarity; ``baseline`` is the one that has learned the row already."""
        score = rarity / (rarity - math.log10(false_alarms_per_row))
        self._calm_rows += 1
        if self.resting:
            self.resting -= 1
            if self.resting >= _REST_ROWS - _SAME_ROWS and rarity > self._loudest:
                self._loudest = rarity
            if rarity < self._loudest + _LOUDER:
                return score if score < _RESTING else _RESTING + (score - _RESTING) * _RESTING_SLOPE
        if score >= ALARM:
            self._begin(rarity, false_alarms_per_row, baseline)
        return score

    def returned(self, baseline: Baseline) -> bool:
        """Whether the level is about what it was before."""
        return abs(baseline.levels[self._habits] - self._level) <= _RETURNED * self._usual_difference

    def _begin(self, rarity: float, false_alarms_per_row: float, baseline: Baseline) -> None:
        self.resting, self._loudest = _REST_ROWS, rarity
        if self.learning and self.forgiving and self._forgives(false_alarms_per_row):
            self.learning = False
            self._habits = baseline.habits
            self._level, self._usual_difference = baseline.levels[self._habits], baseline.usual_difference
        self._calm_rows = 0

    def _forgives(self, false_alarms_per_row: float) -> bool:
        self._forgiven = max(0.0, self._forgiven - self._calm_rows * false_alarms_per_row)
        if self._calm_rows < _CHAINED_ROWS or self._forgiven > _FORGIVEN:
            return False
        self._forgiven += 1
        return True
