"""Requests of one group that were served at one tier, in the order in which they ended, with running counts.

A window is two places in the order, a count the difference of two running sums: a question costs the same however much
is known. What comes late is put where it belongs.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(slots=True)
class Lane:
    """Grows as requests become known."""

    objectives: int
    """How many objectives judge its requests."""
    ended_ns: list[int] = field(default_factory=list)
    request: list[int] = field(default_factory=list)
    cost_femto: list[int] = field(default_factory=lambda: [0])
    """Running sums, as are all the lists below, so each has one element more than there are requests."""
    unpriced: list[int] = field(default_factory=lambda: [0])
    judged: list[list[int]] = field(init=False)
    good: list[list[int]] = field(init=False)

    def __post_init__(self) -> None:
        self.judged = [[0] for _ in range(self.objectives)]
        self.good = [[0] for _ in range(self.objectives)]

    def add(self, request: int, ended_ns: int, cost_femto: int, codes: Sequence[int], *, unpriced: bool) -> None:
        """Take in one request; ``codes`` say how each objective judged it: 1, 0, or -1 for nothing."""
        place = bisect_right(self.ended_ns, ended_ns)
        self.ended_ns.insert(place, ended_ns)
        self.request.insert(place, request)
        _insert(self.cost_femto, place, cost_femto)
        _insert(self.unpriced, place, int(unpriced))
        for code, judged, good in zip(codes, self.judged, self.good, strict=True):
            _insert(judged, place, int(code >= 0))
            _insert(good, place, int(code > 0))

    def within(self, start_ns: int, until_ns: int) -> tuple[int, int]:
        """The places of those that ended in a half-open window."""
        ended = self.ended_ns
        return bisect_left(ended, start_ns), bisect_left(ended, until_ns)

    def counts(self, objective: int, places: tuple[int, int]) -> tuple[int, int]:
        """How many of these an objective judged, and how many of them were good."""
        first, last = places
        judged, good = self.judged[objective], self.good[objective]
        return judged[last] - judged[first], good[last] - good[first]


def _insert(running: list[int], place: int, value: int) -> None:
    """Put a value before place, in a list of running sums.

    >>> sums = [0, 1, 3, 6]
    >>> _insert(sums, 1, 10)
    >>> sums
    [0, 1, 11, 13, 16]
    """
    if place == len(running) - 1:
        running.append(running[-1] + value)
        return
    running.insert(place + 1, running[place] + value)
    if value:
        for later in range(place + 2, len(running)):
            running[later] += value
