"""The billing period an export is about, and what was known when it was made."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)  # not strftime's: these do not follow the machine's locale


@dataclass(frozen=True, slots=True)
class PeriodInfo:
    """One billing month.

    >>> PeriodInfo(date(2026, 12, 1), as_of=datetime(2026, 12, 5, tzinfo=UTC)).until.isoformat()
    '2027-01-01'
    >>> PeriodInfo(date(2026, 12, 2), as_of=datetime(2026, 12, 5, tzinfo=UTC))
    Traceback (most recent call last):
    ...
    ValueError: start is 2026-12-02; expected the first day of a month
    """

    start: date
    """First day of the month, UTC."""
    as_of: datetime
    """Closed: the instant it was closed. Open: the instant up to which it was read."""
    closed: bool = False
    editions: tuple[str, ...] = ()
    """Editions of the price book that rated the charges."""
    runs: tuple[int, ...] = ()
    """Rating runs of the charges."""
    signed_off_by: str | None = None
    """Who closed it."""
    notes: Mapping[str, str] = field(default_factory=dict)
    """What else the manifest is to carry, for instance the hash that the ledger's close recorded."""

    def __post_init__(self) -> None:
        if self.start.day != 1:
            raise ValueError(f"start is {self.start}; expected the first day of a month")
        if self.as_of.tzinfo is None:
            raise ValueError(f"as_of is {self.as_of}, without a zone; expected an aware instant")

    @property
    def month(self) -> str:
        """The month as ``2026-10``."""
        return f"{self.start:%Y-%m}"

    @property
    def title(self) -> str:
        """The month as people write it, ``October 2026``."""
        return f"{_MONTHS[self.start.month - 1]} {self.start.year}"

    @property
    def until(self) -> date:
        """First day of the next month."""
        return date(self.start.year + self.start.month // 12, self.start.month % 12 + 1, 1)

    @property
    def status(self) -> str:
        """``open`` or ``closed``."""
        return "closed" if self.closed else "open"

    @property
    def instant(self) -> datetime:
        """``as_of`` in UTC, to the second that exports write."""
        return self.as_of.astimezone(UTC).replace(microsecond=0)

    @property
    def as_of_text(self) -> str:
        """``as_of`` as RFC 3339 in UTC, whole."""
        return self.as_of.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
