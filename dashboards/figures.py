"""Figures as people read them in a terminal: nothing is rounded to zero, and nothing unknown looks like zero.

>>> usd("1234.5"), usd("0.00123456"), usd("0.0000000025"), usd("0"), usd(None)
('$1,234.50', '$0.00123', '$0.0000000025', '$0.00', '-')
>>> duration(0.0421), duration(12.34), duration(1234.5), duration(125_000), duration(None)
('42.1 µs', '12.3 ms', '1.23 s', '2 m 05 s', '-')
>>> duration(5_400_000), duration(47 * 86_400_000)
('1 h 30 m', '47 d 00 h')
>>> count(1234567), ratio(0.98765), ratio(0.99999), ratio(8e-14)
('1,234,567', '98.8 %', '99.999 %', '<0.0001 %')
"""

from collections.abc import Sequence
from decimal import ROUND_DOWN, Decimal

UNKNOWN = "-"
_MINUTE_MS, _HOUR_MS = 60_000, 3_600_000
_MANY_HOURS = 48
"""From here on days tell more."""
_LEAST_PERCENT = Decimal("0.0001")
_MANY_PERCENT = 1_000
"""From here on a tenth of a percent tells nothing."""
_SHORT_UNITS = (
    (0.001, 1_000_000, "ns"),
    (1, 1_000, "µs"),
    (1_000, 1, "ms"),
    (_MINUTE_MS, 0.001, "s"),
)


def usd(amount: str | None) -> str:
    """Write money with cents, and below a dollar with as many digits as show the first three that count."""
    if amount is None:
        return UNKNOWN
    exact = Decimal(amount)
    # adjusted() is the exponent of the first digit: 0.00123 has -3, so five decimals show three digits
    digits = 2 if exact == 0 or abs(exact) >= 1 else max(2, 2 - exact.adjusted())
    text = f"{abs(exact):,.{digits}f}"
    whole, _, cents = text.partition(".")
    cents = cents[:2] + cents[2:].rstrip("0")
    return f"{'-' if exact < 0 else ''}${whole}.{cents}"


def aligned(texts: Sequence[str]) -> list[str]:
    """Pad numbers on the right so that their decimal points stand below each other.

    >>> aligned(["$12.35", "$0.00123", "-"])
    ['$12.35   ', '$0.00123', '-      ']
    """
    longest = max((_after_point(text) for text in texts), default=0)
    return [text + " " * (longest - _after_point(text)) for text in texts]


def duration(milliseconds: float | None) -> str:
    """Write a duration in the unit a person would use."""
    if milliseconds is None:
        return UNKNOWN
    for below_ms, units_per_ms, unit in _SHORT_UNITS:
        if milliseconds < below_ms:
            return f"{_three(milliseconds * units_per_ms)} {unit}"
    if milliseconds < _HOUR_MS:
        minutes, rest_s = divmod(round(milliseconds / 1_000), 60)
        return f"{minutes} m {rest_s:02} s"
    hours, rest = divmod(round(milliseconds / _MINUTE_MS), 60)
    return f"{hours} h {rest:02} m" if hours < _MANY_HOURS else f"{hours // 24} d {hours % 24:02} h"


def count(number: float | None) -> str:
    """Write a whole number with separators."""
    return UNKNOWN if number is None else f"{int(number):,}"


def many(number: int, noun: str) -> str:
    """Write how many there are of something.

    >>> many(1, "ledger line"), many(1234, "ledger line")
    ('1 ledger line', '1,234 ledger lines')
    """
    return f"{count(number)} {noun}{'' if number == 1 else 's'}"


def ratio(share: float | None) -> str:
    """Write a share in percent; what is not quite everything never reads as 100 %."""
    if share is None:
        return UNKNOWN
    percent = Decimal(repr(share)) * 100
    if abs(percent) >= _MANY_PERCENT:
        return f"{percent.quantize(Decimal(1)):,} %"
    for digits in ("0.1", "0.01", "0.001", "0.0001"):
        shown = percent.quantize(Decimal(digits))
        if shown not in {0, 100} or percent in {0, 100}:
            return f"{shown} %"
    if abs(percent) < _LEAST_PERCENT:
        return f"{'-' if percent < 0 else ''}<{_LEAST_PERCENT} %"
    return f"{percent.quantize(_LEAST_PERCENT, ROUND_DOWN)} %"


def clock(instant: str) -> str:
    """Shorten an RFC 3339 instant in UTC.

    >>> clock("2026-11-21T08:00:00.250000Z")
    '2026-11-21 08:00:00'
    """
    return instant[:19].replace("T", " ")


def tokens(usage: dict[str, int | str | None] | None) -> str:
    """Write what a call read and wrote.

    >>> tokens({"input_tokens": 1200, "output_tokens": 80}), tokens({"input_tokens": None, "output_tokens": None})
    ('1,200 → 80', '-')
    """
    sides = [None if usage is None else usage.get(side) for side in ("input_tokens", "output_tokens")]
    if sides == [None, None]:
        return UNKNOWN
    return " → ".join(UNKNOWN if side is None else f"{int(side):,}" for side in sides)


def _three(number: float) -> str:
    """Write three digits that count."""
    if number >= 100:  # noqa: PLR2004 - three digits before the point
        return f"{number:.0f}"
    return f"{number:.1f}" if number >= 10 else f"{number:.2f}"  # noqa: PLR2004 - two digits before the point


def _after_point(text: str) -> int:
    _, point, fraction = text.partition(".")
    return len(point + fraction)
