"""How an attribute key fills a canonical column: which key, read how, sent by whom."""

from dataclasses import dataclass, field
from enum import StrEnum


class Reading(StrEnum):
    """How a value is read into its column."""

    TEXT = "text"
    COUNT = "count"
    """A whole number: an int, a whole double or a numeric string; anything else is as good as absent."""
    FLAG = "flag"
    SECONDS = "seconds"
    """Seconds, kept as milliseconds."""
    MILLISECONDS = "milliseconds"
    SECONDS_OR_WHOLE_MS = "seconds_or_whole_ms"
    """One key, two units: a double is seconds, an int is milliseconds."""
    NUMBER = "number"
    """Any finite number."""
    MONEY = "money"
    WORDS = "words"
    """A list of words, as an array, as JSON or with commas between; kept with commas between."""


@dataclass(frozen=True, slots=True)
class Source:
    """One attribute key that can fill a column."""

    key: str
    reading: Reading
    emitters: str
    """Who sends it, for people."""
    input_excludes_cache: bool = False
    """The key itself tells that cached tokens come on top."""


@dataclass(frozen=True, slots=True)
class Column:
    """One canonical column with its sources in order."""

    name: str
    sources: tuple[Source, ...] = field(default_factory=tuple)


def column(name: str, reading: Reading, *rows: tuple[str, str]) -> Column:
    """Write down a column whose sources, pairs of key and emitters, are all read in the same way."""
    return Column(name, tuple(Source(key, reading, emitters) for key, emitters in rows))
