"""The section ``forecast`` of the configuration: days that somebody knows to be unlike others."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import isfinite

_LONGEST = 366
_MOST_TIMES = 1_000


@dataclass(frozen=True, slots=True)
class ForecastEvent:
    """One entry of ``events``: a holiday, a campaign, a freeze."""

    name: str
    """As it is shown."""
    days: tuple[str, ...]
    """Its days, past and to come: 2026-12-25, or 2026-12-24/2026-12-26 with both ends."""
    times: float | None = None
    """So many times as much as an ordinary day; left out: learned from its days that are over."""

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ValueError("name is empty; expected what the days are called")
        if not self.days:
            raise ValueError("days is empty; expected dates such as 2026-12-25 or 2026-12-24/2026-12-26")
        if self.times is not None and not (isfinite(self.times) and 0 < self.times <= _MOST_TIMES):
            raise ValueError(f"times is {self.times:g}; expected more than 0, at most {_MOST_TIMES}")
        for text in self.days:
            _range(text)

    @property
    def dates(self) -> frozenset[date]:
        """Every day of it."""
        return frozenset(day for text in self.days for day in _each(*_range(text)))


@dataclass(frozen=True, slots=True)
class ForecastSettings:
    """The section ``forecast``."""

    events: tuple[ForecastEvent, ...] = ()
    """Named days on which more or less is spent than on others, such as holidays and campaigns."""


def _range(text: str) -> tuple[date, date]:
    first, _, last = text.partition("/")
    try:
        start, end = date.fromisoformat(first), date.fromisoformat(last or first)
    except ValueError:
        raise ValueError(f"days has {text!r}; expected 2026-12-25 or 2026-12-24/2026-12-26") from None
    if not 0 <= (end - start).days < _LONGEST:
        raise ValueError(f"days has {text!r}; expected the first day before the last, at most {_LONGEST} days")
    return start, end


def _each(start: date, end: date) -> Iterator[date]:
    return (start + timedelta(days=number) for number in range((end - start).days + 1))


SECTIONS: Mapping[str, object] = {"forecast": ForecastSettings}
