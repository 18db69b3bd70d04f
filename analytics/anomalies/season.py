"""What is usual at a time of the day or of the week, as a difference from the level; learned slot by slot."""

from array import array
from dataclasses import dataclass, field

DAY_S = 86_400.0
WEEK_S = 7 * DAY_S
_LEAST_WEIGHT = 0.2
"""A new day counts at least this much, so that a habit that changed is followed within a week of days."""


@dataclass(slots=True)
class Season:
    """Means of equal slots of a period; a slot is folded in when it is left, so that a value never judges itself."""

    period_s: float
    slots: int
    _values: "array[float]" = field(init=False)
    _visits: "array[int]" = field(init=False)
    _slot: int = -1
    _sum: float = 0.0
    _count: int = 0

    def __post_init__(self) -> None:
        self._values, self._visits = array("d", bytes(8 * self.slots)), array("q", bytes(8 * self.slots))

    def usual(self, at_s: float) -> float | None:
        """The usual difference at that time, between the middles of slots; None before the slot was seen twice."""
        position = at_s % self.period_s / self.period_s * self.slots
        slot = int(position)
        visits = self._visits[slot]
        if visits < 2:  # noqa: PLR2004 - one visit is no habit
            return None
        towards = position - slot - 0.5
        other = (slot + (1 if towards > 0 else -1)) % self.slots
        if not self._visits[other]:
            return self._values[slot]
        towards = abs(towards)
        return self._values[slot] * (1 - towards) + self._values[other] * towards

    def learn(self, at_s: float, difference: float, largest: float) -> None:
        """Take a difference into account; a visit moves its slot by ``largest`` at most."""
        slot = int(at_s % self.period_s / self.period_s * self.slots)
        if slot != self._slot:
            self._fold(largest)
            self._slot, self._sum, self._count = slot, 0.0, 0
        self._sum += difference
        self._count += 1

    def _fold(self, largest: float) -> None:
        if not self._count:
            return
        slot, mean = self._slot, self._sum / self._count
        visits = self._visits[slot]
        if visits:
            moved = mean - self._values[slot]
            moved = min(max(moved, -largest), largest)
            self._values[slot] += max(1 / (visits + 1), _LEAST_WEIGHT) * moved
        else:
            self._values[slot] = mean
        self._visits[slot] = visits + 1
