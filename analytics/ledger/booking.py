"""Writing the books of a month, a day at a time.

Each day is one short change, so that derivation never waits long. Until the month is signed off its rows count for
nothing, wherever a crash leaves them: the books are the rows of months in ``periods``, and the next closing takes out
all others first. A change between two steps is not lost: what a booked day lacks is a correction of the next month.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import pyarrow as pa

from analytics.ledger.charges import charges_of_lines
from analytics.ledger.months import day_bounds, month_bounds
from analytics.ledger.periods import sign_offs
from analytics.ledger.terms import Progress
from analytics.notation import NS_PER_S
from collector.store import Step, Store, StoreUnavailable, queries_of

_QUERIES = queries_of("analytics.ledger")


@dataclass(frozen=True, slots=True)
class Booking:
    """The closing under way. Another that begins meanwhile takes the token away, and this one books nothing more."""

    store: Store
    period: date
    token: str

    def begin(self) -> None:
        """Take the token, and take out what earlier closings left unfinished."""
        take = Step(_QUERIES["closing_take"], {"token": self.token, "period_start": self.period})
        discard = (Step(_QUERIES[name]) for name in ("discard_lines", "discard_charges"))
        self.store.change([self._let_go(None), *discard, take])

    def usage(self, day: date) -> None:
        """Book a day's lines."""
        asked = {"token": self.token, "period_start": self.period, **day_bounds(day)}
        self.store.change([Step(_QUERIES["book_usage"], asked)])

    def corrections(self, day: date) -> None:
        """Book what closed months lack about a day."""
        asked = {"token": self.token, "period_start": self.period, **day_bounds(day)}
        self.store.change([Step(_QUERIES["book_corrections"], asked)])

    def charges(self, given: pa.Table) -> None:
        """Book charges."""
        if given.num_rows:
            self.store.change([Step(_QUERIES["book_charges"], {"token": self.token})], tables={"given": given})

    def charges_of(self, day: date) -> None:
        """Book what the booked lines of a day come to."""
        found = list(charges_of_lines(self.store, self.period, day_bounds(day)))
        if found:
            self.charges(pa.Table.from_batches(found))

    def sign_off(self, at: datetime, by: str, note: str | None, manifest: str, sha256: str) -> bool:
        """Close the month; False if another closing took over, which goes on."""
        asked = {
            "token": self.token,
            "period_start": self.period,
            "closed_ns": at_ns(at),
            "closed_by": by,
            "note": note,
            "manifest": manifest,
            "sha256": sha256,
        }
        try:
            self.store.change([Step(_QUERIES["sign_off"], asked), self._let_go(self.token)])
        except StoreUnavailable:  # a commit that fails may have happened
            if not self._signed(sha256):
                raise
        return self._signed(sha256)

    @staticmethod
    def _let_go(token: str | None) -> Step:
        return Step(_QUERIES["closing_let_go"], {"token": token})

    def _signed(self, sha256: str) -> bool:
        return any((one.period_start, one.sha256) == (self.period, sha256) for one in sign_offs(self.store))


def book_lines(booking: Booking, corrected: Sequence[date], progress: Progress) -> int:
    """Book the month's usage and the corrections about the given days, with their charges; returns the booked lines."""
    used = booking.store.run(_QUERIES["usage_days"], month_bounds(booking.period))["day"].to_pylist()
    steps = [(booking.corrections, day) for day in corrected] + [(booking.usage, day) for day in used]
    for done, (book, day) in enumerate(steps):
        progress("book", done, len(steps))
        book(day)
        booking.charges_of(day)
    progress("book", len(steps), len(steps))
    days = booking.store.run(_QUERIES["booked_days"], {"period_start": booking.period})
    return sum(days["lines"].to_pylist())


def at_ns(at: datetime) -> int:
    """Unix nanoseconds of an aware instant, to its microsecond."""
    return int(at.timestamp()) * NS_PER_S + at.microsecond * 1_000
