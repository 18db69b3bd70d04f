"""What is compared with what: a window and its reference, cut into blocks that are moved as a whole.

Requests of a minute, a user or a tenant are not independent, so a test never exchanges requests: it exchanges blocks, a
twelfth of the window each. Blocks of the same time of day are exchanged with each other alone, so that the course of a
day is no drift.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from analytics.notation import NS_PER_S, instant_ns
from analytics.questions import Window

BLOCKS = 12
"""Blocks of a window."""
WEEKS = 4
"""Of the same weekdays, before."""
BEFORE = 7
"""Windows right before, where there is less than a week."""
_DAY_S = 86_400
_WEEK_NS = 7 * _DAY_S * NS_PER_S

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


class Against(StrEnum):
    """What the reference is."""

    WEEKDAYS = "weekdays"  # the same hours of the same weekdays, up to four weeks
    BEFORE = "before"  # what came right before, seven times as long
    PINNED = "pinned"  # a window that somebody chose


def reference_of(text: str) -> "Against | Window":
    """Read what is compared with; raises ValueError saying what would do.

    >>> reference_of("before"), reference_of("1970-01-01T00:00:00Z/1970-01-01T00:00:01Z")
    (<Against.BEFORE: 'before'>, Window(start_ns=0, until_ns=1000000000))
    """
    if text in {Against.WEEKDAYS, Against.BEFORE}:
        return Against(text)
    start, slash, until = text.partition("/")
    if not slash:
        raise ValueError("be weekdays, before or START/UNTIL")
    try:
        pinned = Window(instant_ns(start), instant_ns(until))
    except ValueError as wrong:
        raise ValueError(f"be weekdays, before or START/UNTIL: {wrong}") from wrong
    if pinned.start_ns >= pinned.until_ns:
        raise ValueError("start before it ends")
    return pinned


@dataclass(frozen=True, slots=True)
class Compared:
    """A window and the windows of its reference, which do not touch it."""

    window: Window
    reference: Sequence[Window]
    against: Against
    block_s: int

    @property
    def periods(self) -> tuple[Window, ...]:
        """All of them; the window is the last."""
        return (*self.reference, self.window)

    @property
    def start_ns(self) -> int:
        """Where the reference begins."""
        return min(one.start_ns for one in self.reference)

    def blocks(self, period: Window) -> int:
        """How many blocks a period has; what is left at its end is no block."""
        return (period.until_ns - period.start_ns) // (self.block_s * NS_PER_S)

    def layout(self) -> "Layout":
        """Say of every block, in the order of the periods, on which side and in which stratum it is."""
        many = [self.blocks(period) for period in self.periods]
        current = np.repeat([False] * len(self.reference) + [True], many)
        starts = [
            period.start_ns // NS_PER_S + np.arange(blocks, dtype=np.int64) * self.block_s
            for period, blocks in zip(self.periods, many, strict=True)
        ]
        period = np.repeat(np.arange(len(many)), many)
        return Layout(current, self._strata(np.concatenate(starts)), period, np.concatenate(starts))

    def _strata(self, starts_s: Numbers) -> Numbers:
        window_s = (self.window.until_ns - self.window.start_ns) // NS_PER_S
        if self.against is Against.WEEKDAYS:
            return (starts_s - self.window.start_ns // NS_PER_S) % (7 * _DAY_S) // self.block_s
        if window_s < _DAY_S or any(one.until_ns - one.start_ns < _DAY_S * NS_PER_S for one in self.reference):
            return np.zeros_like(starts_s)
        return (starts_s + self.block_s // 2) % _DAY_S // self.block_s


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """The blocks: on which side each is, and with which others it may be exchanged."""

    current: Flags
    stratum: Numbers
    period: Numbers
    start_s: Numbers

    def only(self, periods: Sequence[int]) -> "Layout":
        """The same with the blocks of some periods alone."""
        kept = np.isin(self.period, periods)
        return Layout(self.current[kept], self.stratum[kept], self.period[kept], self.start_s[kept])


def weekdays(window: Window) -> Compared:
    """A window against the same of up to four weeks before.

    >>> found = weekdays(Window(100 * 86_400 * NS_PER_S, 101 * 86_400 * NS_PER_S))
    >>> [one.start_ns // NS_PER_S // 86_400 for one in found.periods], found.block_s
    ([72, 79, 86, 93, 100], 7200)
    """
    back = range(WEEKS, 0, -1)
    earlier = [Window(window.start_ns - k * _WEEK_NS, window.until_ns - k * _WEEK_NS) for k in back]
    return _compared(window, [one for one in earlier if one.start_ns >= 0], Against.WEEKDAYS)


def before(window: Window) -> Compared:
    """A window against what came right before."""
    length_ns = window.until_ns - window.start_ns
    start_ns = max(0, window.start_ns - BEFORE * length_ns)
    return _compared(window, [Window(start_ns, window.start_ns)], Against.BEFORE)


def pinned(window: Window, reference: Window) -> Compared:
    """A window against one that somebody chose, as far as they do not overlap."""
    return _compared(window, [Window(reference.start_ns, min(reference.until_ns, window.start_ns))], Against.PINNED)


def _compared(window: Window, reference: Sequence[Window], against: Against) -> Compared:
    return Compared(window, reference, against, max(1, (window.until_ns - window.start_ns) // NS_PER_S // BLOCKS))
