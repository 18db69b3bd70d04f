"""Scalars: the text of a value and the type it should have.

Values are read from their text, never through a YAML float, so that ``0.1`` of money is one tenth and a tenant called
``no`` stays ``no``.
"""

import math
import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path

UNITS_S: Mapping[str, Decimal] = {
    "ms": Decimal("0.001"),
    "s": Decimal(1),
    "m": Decimal(60),
    "h": Decimal(3600),
    "d": Decimal(86400),
    "w": Decimal(604800),
}
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d|w)")
_TRUTH: Mapping[str, bool] = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


class Unreadable(Exception):
    """The text is no such value; says what would be one."""

    def __init__(self, expected: str, remedy: str = "") -> None:
        super().__init__(expected)
        self.expected = expected
        self.remedy = remedy


def duration_s(text: str) -> float:
    """Seconds of a duration with units.

    >>> duration_s("5m"), duration_s("1h30m"), duration_s("250ms")
    (300.0, 5400.0, 0.25)
    """
    parts = _PART.findall(text)
    if not parts or "".join(amount + unit for amount, unit in parts) != text:
        raise Unreadable("a duration with a unit: ms, s, m, h, d or w", "for instance 90s, 5m, 1h30m or 28d")
    return float(sum(Decimal(amount) * UNITS_S[unit] for amount, unit in parts))


def duration_text(seconds: float) -> str:
    """The exact spelling of a duration in the largest unit up to days that fits.

    >>> duration_text(300), duration_text(2419200), duration_text(0.25), duration_text(5400)
    ('5m', '28d', '250ms', '90m')
    """
    amount = Decimal(repr(float(seconds)))
    for unit, size in sorted(UNITS_S.items(), key=lambda entry: -entry[1]):
        if amount and unit != "w" and amount % size == 0:
            return f"{int(amount / size)}{unit}"
    return f"{amount.normalize():f}s"


def seconds_or_duration(text: str) -> float:
    """A duration for a key that already names its unit: ``period_s: 90`` and ``period_s: 90s`` are the same."""
    try:
        return _number(text)
    except Unreadable:
        return duration_s(text)


def scalar(text: str, kind: type) -> object:
    """The value of a text as ``kind``; raises :class:`Unreadable`.

    >>> scalar("0.10", Decimal), scalar("no", str), scalar("no", bool), scalar("1_000", int)
    (Decimal('0.10'), 'no', False, 1000)
    """
    if issubclass(kind, StrEnum):
        return _word(text, kind)
    return _READERS[kind](text)


def readable(kind: type) -> bool:
    """Whether there is a reader for the type."""
    return issubclass(kind, StrEnum) or kind in _READERS


def _word(text: str, kind: type[StrEnum]) -> StrEnum:
    try:
        return kind(text)
    except ValueError as unknown:
        raise Unreadable("one of " + ", ".join(member.value for member in kind)) from unknown


def _truth(text: str) -> bool:
    try:
        return _TRUTH[text.lower()]
    except KeyError as unknown:
        raise Unreadable("true or false") from unknown


def _integer(text: str) -> int:
    try:
        return int(text.encode("ascii"))  # digits of another script are no number here
    except ValueError as unknown:
        raise Unreadable("a whole number") from unknown


def _number(text: str) -> float:
    try:
        number = float(text.encode("ascii"))
    except ValueError as unknown:
        raise Unreadable("a number") from unknown
    if not math.isfinite(number):
        raise Unreadable("a finite number")
    return number


def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text.encode("ascii").decode())
    except (InvalidOperation, UnicodeEncodeError) as unknown:
        raise Unreadable("a decimal number", "for instance 0.0125") from unknown
    if not number.is_finite():
        raise Unreadable("a finite decimal number")
    return number


_READERS: Mapping[type, Callable[[str], object]] = {
    bool: _truth,
    int: _integer,
    float: _number,
    str: str,
    Decimal: _decimal,
    Path: Path,
}
