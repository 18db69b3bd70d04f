"""Reads a CSV file of figures: ``timestamp,value`` rows in the order of time, with or without a line of names.

Columns are found by their names where there are names, and are the first two otherwise; what else a row has, such as a
label, is not looked at. They stand apart by what the first row has most of: commas, semicolons, tabs or bars; where it
is none of commas, a comma is a decimal one. Rows may be missing, doubled or without a value; infinity is none.

FileRefused   a row cannot be read; says which, what was found and what would do
"""

import csv
import math
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import chain, islice
from typing import NamedTuple, Protocol

_TIMES = ("timestamp", "time", "datetime", "date", "ds", "at")
_VALUES = ("value", "y")
_UNITS = ((1e17, 1e9), (1e14, 1e6), (1e11, 1e3))
"""From which size on a number is nano-, micro- or milliseconds: as seconds, 1e11 would be the year 5138."""
_BLOCK_ROWS = 4_096
_NOTHING = frozenset({"", "nan", "null", "none", "na", "n/a"})
_APART = ",;\t|"


class Rows(Protocol):
    """Cells row by row, and the line that was read last."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]:
        """Give itself."""

    def __next__(self) -> list[str]:
        """Give the next row."""


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
    line: int
    """Where it stands in the file, from 1."""


def figures(lines: Iterable[str]) -> Iterator[Figure]:
    """Read rows one by one; raises :class:`FileRefused` for the first that cannot be read.

    >>> [(row.at_s, row.value) for row in figures(["timestamp,value", "1970-01-01 00:01:00,2.5", "120,"])]
    [(60.0, 2.5), (120.0, None)]
    >>> [(row.at_s, row.value) for row in figures(["label,y,time", "0,3,60"])]
    [(60.0, 3.0)]
    """
    return chain.from_iterable(blocks(lines))


def blocks(lines: Iterable[str]) -> Iterator[list[Figure]]:
    """Read some thousand rows at a time; those before one that cannot be read are given first."""
    reader = _reader(lines)
    columns: tuple[int, int] | None = None
    while rows := _some(reader):
        rows = [one for one in rows if any(one[0])]
        if columns is None and rows:
            named = _columns(rows[0][0])
            columns, rows = (named, rows[1:]) if named is not None else ((0, 1), rows)
        if rows:
            yield from _block(rows, *(columns or (0, 1)))


def _reader(lines: Iterable[str]) -> Rows:
    rest, first = iter(lines), list[str]()
    while not "".join(first).strip() and (line := next(rest, None)) is not None:
        first.append(line)
    apart = max(_APART, key=lambda one: (count := "".join(first).count(one), count > 0 and one != ","))
    whole = chain(first, rest)
    return csv.reader(whole if apart == "," else (line.replace(",", ".") for line in whole), delimiter=apart)


def _some(reader: Rows) -> list[tuple[list[str], int]]:
    """Take some thousand rows, each with its line."""
    try:
        return [(row, reader.line_num) for row in islice(reader, _BLOCK_ROWS)]
    except csv.Error as error:
        raise FileRefused(f"line {reader.line_num}: {error}; expected timestamp,value") from error


def _block(rows: list[tuple[list[str], int]], time: int, value: int) -> Iterator[list[Figure]]:
    try:
        at_s = _instants([row[time].strip() for row, _ in rows])
        values = [float(row[value]) for row, _ in rows]
    except (ValueError, OverflowError, IndexError):
        values, at_s = [math.nan], []
    if not all(map(math.isfinite, values)):
        yield from _one_by_one(rows, time, value)
        return
    yield [
        Figure(row[time], at, row[value], number, line)
        for (row, line), at, number in zip(rows, at_s, values, strict=True)
    ]


def _one_by_one(rows: list[tuple[list[str], int]], time: int, value: int) -> Iterator[list[Figure]]:
    """Read rows of which not all have what they should."""
    found: list[Figure] = []
    try:
        for row, line in rows:
            found.append(_figure(row, line, time, value))
    except FileRefused:
        yield found
        raise
    yield found


def _figure(row: list[str], line: int, time: int, value: int) -> Figure:
    if len(row) <= max(time, value):
        raise FileRefused(f"line {line}: found {','.join(row)!r}, expected timestamp,value")
    return Figure(row[time], _seconds(row[time], line), row[value], _value(row[value], line), line)


def _columns(row: list[str]) -> tuple[int, int] | None:
    """Where timestamp and value stand if this is a line of names: one whose first two cells are neither."""
    names = [name.strip().lower() for name in row]
    time = next((names.index(name) for name in _TIMES if name in names), None)
    value = next((names.index(name) for name in _VALUES if name in names), None)
    if time is not None or value is not None:
        time = time if time is not None else int(value == 0)
        return time, value if value is not None else int(time == 0)
    return (0, 1) if not _readable(row[0]) and not _readable(row[-1]) else None


def _readable(text: str) -> bool:
    try:
        _instant(text.strip())
    except ValueError:
        return text.strip().lower() in _NOTHING
    return True


def _seconds(text: str, line: int) -> float:
    try:
        return _instant(text.strip())
    except (ValueError, OverflowError) as error:
        found = f"line {line}: found the timestamp {text!r}"
        raise FileRefused(f"{found}, expected 2026-11-21T09:30:00Z or seconds since 1970") from error


def _instants(texts: list[str]) -> list[float]:
    if all(text[10:11] == "T" and text[-1] == "Z" for text in texts):
        return [datetime.fromisoformat(text).timestamp() for text in texts]
    return [_instant(text) for text in texts]


def _instant(text: str) -> float:
    if text[4:5] in {"-", "/"}:
        at = datetime.fromisoformat(text.replace("/", "-"))
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    size = abs(number)
    return next((number / unit for least, unit in _UNITS if size >= least), number)


def _value(text: str, line: int) -> float | None:
    try:
        value = float(text)
    except ValueError as error:
        if text.strip().lower() in _NOTHING:
            return None
        raise FileRefused(f"line {line}: found the value {text!r}, expected a number, or nothing") from error
    return value if math.isfinite(value) else None
