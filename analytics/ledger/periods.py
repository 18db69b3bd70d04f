"""Billing periods and how far they are.

A month is closed by its row in the books and never opens again. A month without usage that lies before a closed one has
been passed over: what is found for it later is booked as a correction, like what is found for a closed one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from analytics.ledger.errors import NoSuchPeriod
from analytics.ledger.months import (
    checked_month,
    day_of,
    following,
    midnight_ns,
    month_bounds,
    month_of,
    month_text,
    months,
)
from collector.store import Store, queries_of

_QUERIES = queries_of("analytics.ledger")


class State(StrEnum):
    """How far a billing month is."""

    FUTURE = "future"  # has not begun
    OPEN = "open"  # is going on
    ENDED = "ended"  # is over and can be closed
    PASSED = "passed"  # had no usage when a later month was closed
    CLOSED = "closed"  # its books never change


@dataclass(frozen=True, slots=True)
class SignOff:
    """Who closed a month, when, and on what."""

    period_start: date
    closed_at_ns: int
    closed_by: str
    note: str | None
    manifest: str
    """Canonical json."""
    sha256: str
    """Of the manifest's bytes."""


@dataclass(frozen=True, slots=True)
class Period:
    """One billing month."""

    start: date
    state: State
    lines: int = 0
    """Ledger lines of usage in it, as the ledger is now."""
    signed: SignOff | None = None

    @property
    def until(self) -> date:
        """First day that is no longer in it."""
        return following(self.start)


def periods(store: Store, now: datetime) -> tuple[Period, ...]:
    """Every month from the first with usage or books to the current one, and later ones that have usage already."""
    signed = {one.period_start: one for one in sign_offs(store)}
    used = usage_months(store)
    this = month_of(now.astimezone(UTC).date())
    known = [this, *used, *signed]
    newest = max(signed, default=None)
    return tuple(
        Period(start, state_of(start, this, newest, closed=start in signed), used.get(start, 0), signed.get(start))
        for start in months(min(known), max(known))
    )


def period(store: Store, start: date, now: datetime) -> Period:
    """One month, whether or not anything is known of it."""
    checked_month(start)
    signed = {one.period_start: one for one in sign_offs(store)}
    state = state_of(start, month_of(now.astimezone(UTC).date()), max(signed, default=None), closed=start in signed)
    (used,) = store.run(_QUERIES["usage_lines"], month_bounds(start)).to_pylist()
    return Period(start, state, used["lines"], signed.get(start))


def state_of(start: date, this: date, newest: date | None, *, closed: bool) -> State:
    """How far a month is, in the current month ``this``, when ``newest`` is the last that was closed.

    >>> state_of(date(2026, 10, 1), date(2026, 11, 1), None, closed=False).value
    'ended'
    """
    if closed:
        return State.CLOSED
    if newest is not None and start < newest:
        return State.PASSED
    if start == this:
        return State.OPEN
    return State.ENDED if start < this else State.FUTURE


def sign_offs(store: Store) -> Sequence[SignOff]:
    """The closed months in their order."""
    return [_sign_off(row) for row in store.run(_QUERIES["closed_periods"]).to_pylist()]


def sign_off_of(store: Store, start: date) -> SignOff:
    """Return who closed a month; raises :class:`NoSuchPeriod` if nobody has."""
    for one in sign_offs(store):
        if one.period_start == start:
            return one
    raise NoSuchPeriod(f"{month_text(start)} is not closed: there are no books to look at yet")


def usage_months(store: Store) -> dict[date, int]:
    """Ledger lines of the months that have any, as the ledger is now."""
    return {row["period_start"]: row["lines"] for row in store.run(_QUERIES["usage_months"]).to_pylist()}


def first_usage(store: Store, since: date) -> date | None:
    """The first month with usage from a month on; None when there is none."""
    asked = {"start_ns": midnight_ns(since), "until_ns": None}
    (used,) = store.run(_QUERIES["usage_lines"], asked).to_pylist()
    return None if used["first_ns"] is None else month_of(day_of(used["first_ns"]))


def first_unclosed(signed: Sequence[SignOff]) -> date | None:
    """The month after the newest closed one; None when none is."""
    return following(max(one.period_start for one in signed)) if signed else None


def _sign_off(row: Mapping[str, Any]) -> SignOff:
    named = {"closed_at": "closed_at_ns"}
    return SignOff(**{named.get(name, name): value for name, value in row.items()})
