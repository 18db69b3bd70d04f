"""Strict reading of pages of daily buckets, the form both cost reports have.

Money in JSON is never a float: numbers with a fraction arrive as decimals with all their digits.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

from analytics.reconciliation.amounts import Amount, read_amount
from analytics.reconciliation.instants import in_utc
from analytics.reconciliation.refusals import MissingDay, Unreadable, WrongBuckets, WrongCurrency

_DAY = timedelta(days=1)
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
_AGAIN = "Fetch the report again and import it as it came."


@dataclass(frozen=True, slots=True)
class Spot:
    """One value of a file, with the way to it."""

    file: str
    path: str
    value: object

    @property
    def where(self) -> str:
        """File and path, for messages."""
        return f"{self.file} at {self.path or 'the top'}"

    def refuse(self, expected: str, remedy: str = _AGAIN) -> Unreadable:
        """What to raise when the value is not what it should be."""
        return Unreadable(self.where, found=_shown(self.value), expected=expected, remedy=remedy)

    def field(self, name: str) -> "Spot":
        """A field that has to be there."""
        if not isinstance(self.value, Mapping):
            raise self.refuse("an object")
        if name not in self.value:
            raise Unreadable(self.where, found=f"no field {name!r}", expected=f"the field {name!r}", remedy=_AGAIN)
        return Spot(self.file, f"{self.path}.{name}" if self.path else name, self.value[name])

    def optional(self, name: str) -> "Spot | None":
        """A field that may be absent or null."""
        if not isinstance(self.value, Mapping):
            raise self.refuse("an object")
        return None if self.value.get(name) is None else self.field(name)

    def items(self) -> list["Spot"]:
        """The items of a list."""
        if not isinstance(self.value, list):
            raise self.refuse("a list")
        return [Spot(self.file, f"{self.path}[{i}]", item) for i, item in enumerate(self.value)]

    def text(self) -> str:
        """A text that is not empty."""
        if not isinstance(self.value, str) or not self.value:
            raise self.refuse("a text")
        if _HALF_CHARACTER.search(self.value):
            raise self.refuse("a text of whole characters")
        return self.value

    def truth(self) -> bool:
        """True or false."""
        if not isinstance(self.value, bool):
            raise self.refuse("true or false")
        return self.value

    def unix_time(self) -> datetime:
        """Whole seconds since 1970."""
        if not isinstance(self.value, int) or isinstance(self.value, bool) or not 0 <= self.value < 2**32:
            raise self.refuse("seconds since 1970 as a whole number")
        return datetime.fromtimestamp(self.value, UTC)

    def instant(self) -> datetime:
        """RFC 3339 with a zone."""
        try:
            moment = datetime.fromisoformat(self.text())
            told = in_utc(moment)
        except ValueError as error:
            raise self.refuse("an instant such as 2026-10-01T00:00:00Z") from error
        if moment.tzinfo is None:
            raise self.refuse("an instant with its zone, such as 2026-10-01T00:00:00Z")
        return told

    def number(self) -> Amount:
        """A JSON number, or a decimal number as text."""
        binary = isinstance(self.value, Decimal)
        if isinstance(self.value, bool) or not isinstance(self.value, int | Decimal | str):
            raise self.refuse("a number")
        amount = read_amount(str(self.value), binary=binary)
        if amount is None:
            raise self.refuse("a decimal number such as 12.34, without separators and below 10^21")
        return amount

    def usd(self) -> str:
        """The currency, which has to be US dollars."""
        found = self.text()
        if found.upper() != "USD":
            remedy = "Import bills in US dollars: there is no exchange rate that both sides agree on."
            raise WrongCurrency(self.where, found=found, expected="USD", remedy=remedy)
        return "USD"


@dataclass(frozen=True, slots=True)
class Bucket:
    """One UTC day of a report."""

    spot: Spot
    start: datetime
    until: datetime
    results: tuple[Spot, ...]
    last_of_page: bool
    more_follow: bool  # the page says that another one comes after it


def parse(path: Path, content: bytes) -> Spot:
    """Read a file as JSON; a name given twice in one object and numbers that are none are refused."""
    try:
        value = json.loads(
            content, parse_float=Decimal, parse_constant=_no_constant, object_pairs_hook=_object_without_doubles
        )
    except (ValueError, RecursionError) as error:
        raise Unreadable(
            path.name, found=f"no JSON ({error})", expected="a page of the report", remedy=_AGAIN
        ) from error
    return Spot(path.name, "", value)


def in_order(buckets: Sequence[Bucket], *, accept_missing_days: bool) -> list[Bucket]:
    """Sort the days of all pages; refuse what is no whole UTC day, told twice, or missing in between."""
    for bucket in buckets:
        _check_width(bucket)
    days = sorted(buckets, key=lambda bucket: bucket.start)
    for before, after in pairwise(days):
        _check_neighbours(before, after, accept_missing_days=accept_missing_days)
    if days and days[-1].last_of_page and days[-1].more_follow and not accept_missing_days:
        raise MissingDay(
            days[-1].spot.file,
            found=f"has_more is true after {days[-1].start:%Y-%m-%d}, and no file goes on from there",
            expected="every page of the report",
            remedy="Fetch the page that next_page names and import all pages together.",
        )
    return days


def refuse_doubles(results: Sequence[Spot], amounts: frozenset[str]) -> None:
    """Refuse two rows of a day that differ in nothing but the amount: one of them is a copy."""
    seen: dict[str, Spot] = {}
    for result in results:
        words = {key: value for key, value in _object(result).items() if key not in amounts}
        twin = seen.setdefault(json.dumps(words, sort_keys=True, default=str), result)
        if twin is not result:
            found = f"the same row as {twin.path}"
            raise WrongBuckets(result.where, found=found, expected="each row once in a day", remedy=_AGAIN)


def _object(result: Spot) -> Mapping[str, object]:
    if not isinstance(result.value, dict):
        raise result.refuse("an object")
    return result.value


def _check_width(bucket: Bucket) -> None:
    if bucket.until - bucket.start != _DAY or bucket.start.hour or bucket.start.minute or bucket.start.second:
        raise WrongBuckets(
            bucket.spot.where,
            found=f"{bucket.start:%Y-%m-%dT%H:%M:%SZ} to {bucket.until:%Y-%m-%dT%H:%M:%SZ}",
            expected="a whole UTC day, from midnight to midnight",
            remedy="Fetch the report with bucket_width=1d.",
        )


def _check_neighbours(before: Bucket, after: Bucket, *, accept_missing_days: bool) -> None:
    if after.start == before.start:
        raise WrongBuckets(
            after.spot.where,
            found=f"{after.start:%Y-%m-%d}, which {before.spot.where} has as well",
            expected="each day once",
            remedy="Leave out the page that overlaps, or fetch both again.",
        )
    if after.start > before.until and not accept_missing_days:
        last = after.start - _DAY
        missing = f"{before.until:%Y-%m-%d}" + ("" if last == before.until else f" to {last:%Y-%m-%d}")
        raise MissingDay(
            after.spot.where,
            found=f"no bucket for {missing}, after {before.start:%Y-%m-%d} in {before.spot.file}",
            expected="every day of the range, empty ones too",
            remedy="Fetch those days and import all files together, or accept missing days to see what they hide.",
        )


def _no_constant(word: str) -> object:
    raise ValueError(f"{word} is no number")


def _object_without_doubles(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"the field {next(name for name in names if names.count(name) > 1)!r} twice in one object")
    return found


def _shown(value: object) -> str:
    text = "null" if value is None else json.dumps(value, default=str)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "..."


_SHOWN = 60
