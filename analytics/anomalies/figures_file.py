"""Reads a CSV file of figures: ``timestamp,value`` rows in the order of time, with or without a line of names.

FileRefused   a row cannot be read; says which, what was found and what would do
"""

import csv
import math
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple

_MILLISECONDS_FROM = 1e11
"""A number from here on is milliseconds: as seconds it would be the year 5138."""
_COLUMNS = 2


class FileRefused(ValueError):
    """The file is not what this reads."""


class Figure(NamedTuple):
    """One row."""

    timestamp: str
    """As it was written."""
    at_s: float
    """The same in seconds since 1970; without a zone it is UTC."""
    text: str
    """The value as it was written."""
    value: float | None
    """None: nothing was measured."""


def figures(lines: Iterable[str]) -> Iterator[Figure]:
    """Read rows one by one; raises :class:`FileRefused` for the first that cannot be read.

    >>> [(row.at_s, row.value) for row in figures(["timestamp,value", "1970-01-01 00:01:00,2.5", "120,"])]
    [(60.0, 2.5), (120.0, None)]
    """
    for number, row in enumerate(csv.reader(lines), start=1):
        if not row:
            continue
        if len(row) < _COLUMNS:
            raise FileRefused(f"line {number}: found {','.join(row)!r}, expected timestamp,value")
        try:
            at_s = _seconds(row[0])
        except ValueError as error:
            if number == 1:
                continue  # names of columns
            found = f"line {number}: found the timestamp {row[0]!r}"
            raise FileRefused(f"{found}, expected 2026-11-21T09:30:00Z or seconds since 1970") from error
        yield Figure(row[0], at_s, row[1], _value(row[1], number))


def _seconds(text: str) -> float:
    if text[4:5] == "-":
        at = datetime.fromisoformat(text)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number / 1e3 if abs(number) >= _MILLISECONDS_FROM else number


def _value(text: str, number: int) -> float | None:
    text = text.strip()
    if text.lower() in {"", "nan", "null", "none", "na"}:
        return None
    try:
        value = float(text)
    except ValueError as error:
        raise FileRefused(f"line {number}: found the value {text!r}, expected a number, or nothing") from error
    if not math.isfinite(value):
        raise FileRefused(f"line {number}: found the value {text!r}, expected a finite number, or nothing")
    return value
