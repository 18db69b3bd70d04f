"""Rules about the columns that a file has, before any of its rows is read."""

import re
from collections import Counter
from collections.abc import Iterator

from analytics.focus.columns import CUSTOM_PREFIX, Column, Level
from analytics.focus_check.report import Finding
from analytics.focus_check.source import Source, fits

SUPPORTED = frozenset(
    {
        "includes split cost allocation",
        "list unit prices",
        "multiple pricing categories",
        "negotiated pricing",
        "payable invoices",
        "regions",
        "sub accounts",
        "tags",
        "unit pricing",
        "usage measurement",
    }
)
"""Conditions of the specification that hold for our export: the columns they ask for are required."""
_CUSTOM_NAME = re.compile(r"x_[A-Z][A-Za-z0-9]*")
_LONGEST_NAME = 50


def findings_of(source: Source) -> Iterator[Finding]:
    """What is wrong with the columns of a file."""
    types = source.types()
    header = [name for name, _ in types]
    yield from _absent(source, frozenset(header))
    yield from _named(source, header)
    for name, stated in types:
        known = source.known.get(name)
        if known is not None and not fits(known.kind, stated):
            yield Finding("column-type", source.name, None, name, stated, f"a type for {known.kind}, never a float")


def is_required(column: Column) -> bool:
    """Whether our export must have it."""
    return column.level is Level.MANDATORY or column.condition in SUPPORTED


def _absent(source: Source, header: frozenset[str]) -> Iterator[Finding]:
    for column in source.known.values():
        if is_required(column) and column.name not in header:
            why = f"the column, which is {column.level}" + (f": {column.condition}" if column.condition else "")
            yield Finding("columns-required", source.name, None, column.name, "no such column", why)


def _named(source: Source, header: list[str]) -> Iterator[Finding]:
    known = source.known
    for name, times in Counter(header).items():
        if times > 1:
            yield Finding("columns-once", source.name, None, name, f"{times} columns of this name", "one")
        if name not in known and not name.startswith(CUSTOM_PREFIX):
            expected = f"a column of {source.version}, or a name that begins with {CUSTOM_PREFIX}"
            yield Finding("columns-known", source.name, None, name, repr(name), expected)
        if name.startswith(CUSTOM_PREFIX) and not (_CUSTOM_NAME.fullmatch(name) and len(name) <= _LONGEST_NAME):
            yield Finding("columns-custom-named", source.name, None, name, repr(name), "x_ and Pascal case")
    customs = [name.startswith(CUSTOM_PREFIX) for name in header]
    if customs != sorted(customs):
        first = header[customs.index(True)]
        yield Finding("columns-custom-last", source.name, None, first, "an x_ column before others", "x_ columns last")
