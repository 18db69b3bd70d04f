"""When a message is tried again, and when it is given up: a table, and a little chance so that not all come at once.

>>> [pause_s(tries, chance=0.0) for tries in (1, 2, 3, 11)]
[4.5, 270.0, 1620.0, None]
>>> pause_s(2, chance=1.0)
330.0
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

PAUSES_S: Sequence[float] = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400, 86_400)
"""What Standard Webhooks recommends after each failed try: 5 s, 5 m, 30 m, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h, 24 h."""
JITTER_RATIO = 0.1
LONGEST_ASKED_S = 3_600.0
"""A server may ask for patience with ``Retry-After``; more than this is not given."""

Clock = Callable[[], datetime]
Chance = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Pace:
    """Time and chance of the tries, from outside."""

    clock: Clock
    chance: Chance
    pauses_s: Sequence[float] = PAUSES_S


def pause_s(
    tries: int, *, chance: float, pauses_s: Sequence[float] = PAUSES_S, asked_s: float | None = None
) -> float | None:
    """How long to wait after that many failed tries, in seconds; None when it is time to give up.

    ``chance`` in 0..1 moves the pause by a tenth either way; ``asked_s`` is what the server asked for.
    """
    if tries > len(pauses_s):
        return None
    own_s = pauses_s[tries - 1] * (1 - JITTER_RATIO + 2 * JITTER_RATIO * chance)
    return own_s if asked_s is None else max(own_s, min(asked_s, LONGEST_ASKED_S))


def retry_after_s(text: str | None, at: datetime) -> float | None:
    """What ``Retry-After`` asks for, in seconds or as a date; None when it asks for nothing that can be understood.

    >>> nine = datetime(2026, 11, 21, 9, tzinfo=UTC)
    >>> retry_after_s("120", nine), retry_after_s("Sat, 21 Nov 2026 09:01:00 GMT", nine), retry_after_s("soon", nine)
    (120.0, 60.0, None)
    """
    if text is None:
        return None
    if text.strip().isascii() and text.strip().isdigit():
        return float(text)
    try:
        asked_at = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, (asked_at.replace(tzinfo=asked_at.tzinfo or UTC) - at).total_seconds())
