"""What time it is for the publisher, whose clock leases are written in.

At each good answer the reader learns the publisher's time: its own clock, corrected by the answer's ``Date`` where the
two differ by more than that header can tell. From then on a clock that only runs forward counts the seconds, so that
neither a step of the wall clock nor a machine that slept moves the end of a lease.

A ``Date`` is not signed. Where answers have to be, a forger could stop leases from ending with it; it is then believed
only as far as clocks may differ, and beyond that the reader's own clock counts.

>>> from datetime import UTC, datetime
>>> own = datetime(2026, 11, 21, 9, tzinfo=UTC)
>>> skew_s(own, datetime(2026, 11, 21, 10, tzinfo=UTC), None), skew_s(own, datetime(2026, 11, 21, 10, tzinfo=UTC), 30)
(3600.5, None)
"""

import time
from datetime import UTC, datetime

SKEW_NOISE_S = 2.0
"""The Date header counts whole seconds; a smaller difference says nothing."""
_HALF_S = 0.5  # what a Date leaves off, on average


def skew_s(own: datetime, answered_at: datetime | None, most_s: float | None) -> float | None:
    """How far the publisher's clock is ahead of ours, in seconds; None when it is further off than ``most_s``."""
    if answered_at is None:
        return 0.0
    ahead_s = (answered_at - own).total_seconds() + _HALF_S
    if abs(ahead_s) <= SKEW_NOISE_S:
        return 0.0
    return None if most_s is not None and abs(ahead_s) > most_s else ahead_s


def wall_clock() -> datetime:
    """Tell the time of this machine, aware and in UTC."""
    return datetime.now(UTC)


def elapsed_s() -> float:
    """Count seconds that only go forward, those of a machine asleep included where the system counts them."""
    return time.clock_gettime(_CLOCK)


_CLOCK: int = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
