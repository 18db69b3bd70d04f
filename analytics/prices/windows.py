"""Windows: the conditions of a price other than what it is for. All of them are ANDed.

A window is a box in four directions: instants x days of the week x time of day x total prompt tokens. Everything is
UTC, half-open in time, and open at both ends where it says None. Boxes can be cut out of each other, which is how a
price that goes before another leaves it the rest:

>>> weekend = When(weekdays=weekday_mask({5, 6}))
>>> [part.weekdays for part in minus(When(), weekend)]
[31]
>>> minus(weekend, When())
()
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import TypeVar

DAY_S = 86_400
WEEK = 0b1111111
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_Edge = TypeVar("_Edge", datetime, int)


@dataclass(frozen=True, slots=True)
class When:
    """One window. `weekdays` is a mask, bit 0 is Monday; None is every day."""

    effective_from: datetime | None = None
    effective_until: datetime | None = None
    weekdays: int | None = None
    tod_start_s: int | None = None  # seconds after 00:00 UTC
    tod_end_s: int | None = None
    context_above: int | None = None  # total prompt tokens > this
    context_until: int | None = None  # and <= this

    def in_force(self, at: datetime) -> bool:
        """Whether an aware instant lies in the dates, on the days and within the hours."""
        now = at.astimezone(UTC)
        second = now.hour * 3600 + now.minute * 60 + now.second
        return (
            (self.effective_from is None or self.effective_from <= now)
            and (self.effective_until is None or now < self.effective_until)
            and (self.weekdays is None or bool(self.weekdays >> now.weekday() & 1))
            and (self.tod_start_s or 0) <= second < (self.tod_end_s or DAY_S)
        )

    def covers(self, prompt_tokens: int | Decimal) -> bool:
        """Whether a total of prompt tokens lies in the context band."""
        return (self.context_above is None or prompt_tokens > self.context_above) and (
            self.context_until is None or prompt_tokens <= self.context_until
        )

    @property
    def whole_week(self) -> bool:
        """Whether the window holds at every hour of every day between its dates."""
        return self.weekdays is None and self.tod_start_s is None and self.tod_end_s is None


ALWAYS = When()


def meet(left: When, right: When) -> When | None:
    """Return what lies in both windows; None when nothing does.

    >>> meet(When(tod_end_s=7_200), When(tod_start_s=3_600)) == When(tod_start_s=3_600, tod_end_s=7_200)
    True
    """
    start = _later(left.effective_from, right.effective_from)
    until = _sooner(left.effective_until, right.effective_until)
    first = _later(left.tod_start_s, right.tod_start_s)
    last = _sooner(left.tod_end_s, right.tod_end_s)
    above = _later(left.context_above, right.context_above)
    upto = _sooner(left.context_until, right.context_until)
    days = _both(left.weekdays, right.weekdays)
    if (
        (start is not None and until is not None and start >= until)
        or (first or 0) >= (DAY_S if last is None else last)
        or (above is not None and upto is not None and above >= upto)
        or days == 0
    ):
        return None
    return When(start, until, days, first, last, above, upto)


def minus(whole: When, hole: When) -> tuple[When, ...]:
    """Return what of a window lies outside another, as windows that do not overlap."""
    inside = meet(whole, hole)
    if inside is None:
        return (whole,)
    return tuple(_around(whole, inside))


def without(wholes: Iterable[When], holes: Iterable[When]) -> tuple[When, ...]:
    """Return what of some windows lies outside all of others."""
    left = tuple(wholes)
    for hole in holes:
        left = tuple(part for whole in left for part in minus(whole, hole))
    return left


def _around(whole: When, inside: When) -> Iterator[When]:
    """Cut off one direction after the other; what stays is as narrow as the hole in those done before."""
    rest = whole
    if inside.effective_from != rest.effective_from:
        yield replace(rest, effective_until=inside.effective_from)
    if inside.effective_until != rest.effective_until:
        yield replace(rest, effective_from=inside.effective_until)
    rest = replace(rest, effective_from=inside.effective_from, effective_until=inside.effective_until)
    if inside.context_above != rest.context_above:
        yield replace(rest, context_until=inside.context_above)
    if inside.context_until != rest.context_until:
        yield replace(rest, context_above=inside.context_until)
    rest = replace(rest, context_above=inside.context_above, context_until=inside.context_until)
    others = _mask(rest.weekdays) & ~_mask(inside.weekdays)
    if others:
        yield replace(rest, weekdays=others)
    rest = replace(rest, weekdays=inside.weekdays)
    if inside.tod_start_s != rest.tod_start_s:
        yield replace(rest, tod_end_s=inside.tod_start_s)
    if inside.tod_end_s != rest.tod_end_s:
        yield replace(rest, tod_start_s=inside.tod_end_s)


def weekday_mask(days: Iterable[int]) -> int | None:
    """Mask of days, Monday = 0; None for the whole week.

    >>> weekday_mask([0, 1, 2, 3, 4]), weekday_mask(range(7))
    (31, None)
    """
    mask = sum(1 << day for day in set(days))
    return None if mask == WEEK else mask


def weekday_words(mask: int | None) -> str:
    """Return a mask as people write it.

    >>> weekday_words(31), weekday_words(96), weekday_words(5), weekday_words(None)
    ('mon-fri', 'sat-sun', 'mon+wed', '')
    """
    if mask is None:
        return ""
    days = [day for day in range(7) if mask >> day & 1]
    if len(days) > 1 and days == list(range(days[0], days[-1] + 1)):
        return f"{_DAYS[days[0]]}-{_DAYS[days[-1]]}"
    return "+".join(_DAYS[day] for day in days)


def weekdays_of(words: str) -> int | None:
    """Return the mask of days as people write them; ValueError names the word that is no day.

    >>> weekdays_of("mon-fri"), weekdays_of("sat+sun"), weekdays_of("fri-mon"), weekdays_of("")
    (31, 96, 113, None)
    """
    if not words.strip():
        return None
    days: set[int] = set()
    for part in words.lower().replace(",", "+").split("+"):
        first, _, last = part.strip().partition("-")
        start, end = _day(first), _day(last or first)
        days |= {day % 7 for day in range(start, end + 1 if end >= start else end + 8)}
    return weekday_mask(days)


def clock(second: int) -> str:
    """Return a second of the day as its hour and minute, with seconds where there are any.

    >>> clock(5_400), clock(86_400), clock(1)
    ('01:30', '24:00', '00:00:01')
    """
    hour, minute, rest = second // 3600, second % 3600 // 60, second % 60
    return f"{hour:02d}:{minute:02d}" + (f":{rest:02d}" if rest else "")


def words(when: When) -> str:
    """Return a window as a person reads it; "always" when it is open on all sides.

    >>> words(When(datetime(2026, 8, 21, tzinfo=UTC), weekdays=31, tod_start_s=3_600, context_above=200_000))
    'from 2026-08-21, mon-fri, 01:00-24:00 UTC, over 200000 prompt tokens'
    """
    parts = []
    if when.effective_from is not None:
        parts.append(f"from {instant_text(when.effective_from)}")
    if when.effective_until is not None:
        parts.append(f"until {instant_text(when.effective_until)}")
    if when.weekdays is not None:
        parts.append(weekday_words(when.weekdays))
    if when.tod_start_s is not None or when.tod_end_s is not None:
        parts.append(f"{clock(when.tod_start_s or 0)}-{clock(when.tod_end_s or DAY_S)} UTC")
    if when.context_above is not None:
        parts.append(f"over {when.context_above} prompt tokens")
    if when.context_until is not None:
        parts.append(f"up to {when.context_until} prompt tokens")
    return ", ".join(parts) or "always"


def utc_midnight(day: date | None) -> datetime | None:
    """Return the instant a date begins, in UTC; None stays open.

    >>> utc_midnight(date(2026, 8, 21)).isoformat()
    '2026-08-21T00:00:00+00:00'
    """
    return None if day is None else datetime.combine(day, time(), tzinfo=UTC)


def instant_text(at: datetime) -> str:
    """Return an instant as price files have it: a date where it is midnight UTC.

    >>> instant_text(datetime(2026, 8, 21, tzinfo=UTC)), instant_text(datetime(2026, 9, 9, 16, tzinfo=UTC))
    ('2026-08-21', '2026-09-09T16:00:00Z')
    """
    plain = at.astimezone(UTC)
    return plain.date().isoformat() if plain.time() == time() else f"{plain:%Y-%m-%dT%H:%M:%SZ}"


def instant_of(text: str) -> datetime:
    """Return an instant from its text; a date is its first instant in UTC. ValueError when it is neither.

    >>> instant_of("2026-08-21") == instant_of("2026-08-21T02:00:00+02:00")
    True
    """
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        if at.time() != time():
            raise ValueError(f"{text!r} has no time zone; write it with Z, as 2026-09-09T16:00:00Z")
        return at.replace(tzinfo=UTC)
    if at.microsecond:
        raise ValueError(f"{text!r} has fractions of a second; prices change at whole seconds")
    try:
        return at.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{text!r} lies outside the years 1 to 9999 in UTC") from error


def _later(left: _Edge | None, right: _Edge | None) -> _Edge | None:
    return right if left is None else left if right is None else max(left, right)


def _sooner(left: _Edge | None, right: _Edge | None) -> _Edge | None:
    return right if left is None else left if right is None else min(left, right)


def _both(left: int | None, right: int | None) -> int | None:
    return None if left is None and right is None else _mask(left) & _mask(right)


def _mask(weekdays: int | None) -> int:
    return WEEK if weekdays is None else weekdays


def _day(word: str) -> int:
    if word.strip() not in _DAYS:
        raise ValueError(f"{word.strip()!r} is no day; expected {', '.join(_DAYS)}, as in mon-fri or sat+sun")
    return _DAYS.index(word.strip())
