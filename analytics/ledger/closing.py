"""Closing a month: check, book, digest, sign.

Everything is checked before anything is written, and nothing counts before the signature, which is one short change:
whatever fails on the way leaves the month open. Closing a closed month answers with what was signed.
"""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import uuid4

import pyarrow as pa

from analytics.ledger.booking import Booking, book_lines
from analytics.ledger.charges import booked_cells, other_charges
from analytics.ledger.checks import (
    check_derived,
    check_ended,
    check_order,
    check_priced,
    unpriced_booked,
    unpriced_usage,
)
from analytics.ledger.corrections import differing_days, next_to_close
from analytics.ledger.errors import BadCharges, TakenOver
from analytics.ledger.manifest import canonical, text_sha256
from analytics.ledger.months import checked_month, month_text
from analytics.ledger.periods import SignOff, sign_off_of, sign_offs
from analytics.ledger.rounding import rounding_charges
from analytics.ledger.summary import Said, summary
from analytics.ledger.sums import total
from analytics.ledger.terms import Progress, Terms, unheard
from collector.store import Store


def close(
    store: Store,
    period: date,
    *,
    by: str,
    at: datetime,
    terms: Terms,
    note: str | None = None,
    accept_unpriced: bool = False,
    progress: Progress = unheard,
) -> SignOff:
    """Close a month and return what was signed.

    ``by`` signs it off at the instant ``at``; ``accept_unpriced`` says that usage without a price, which stands in no
    invoice, may stay so. Raises a :class:`~analytics.ledger.errors.CannotClose` that says what to do.
    """
    checked_month(period)
    signed = sign_offs(store)
    if period in {one.period_start for one in signed}:
        return sign_off_of(store, period)
    progress("check", 0, 0)
    check_ended(period, at)
    check_order(store, period, signed)
    check_derived(store, period, at)
    check_priced([] if accept_unpriced else unpriced_usage(store, period), period)
    booking = Booking(store, period, uuid4().hex)
    cells = _book(booking, signed, terms, progress)
    check_priced([] if accept_unpriced else unpriced_booked(store, period), period)
    said = Said(by, at, note, terms.words)
    manifest = canonical(summary(store, period, cells, signed, said=said, progress=progress))
    progress("sign", 0, 0)
    if not booking.sign_off(at, by, note, manifest, text_sha256(manifest)):
        raise TakenOver(
            f"another closing began while {month_text(period)} was being closed: see what it did, try again"
        )
    return sign_off_of(store, period)


def _book(booking: Booking, signed: Sequence[SignOff], terms: Terms, progress: Progress) -> pa.Table:
    """Book everything the month comes to; returns the sums of its charges."""
    store, period = booking.store, booking.period
    given = other_charges(store, period, terms)
    corrected = _corrected(store, period, signed)
    booking.begin()
    lines = book_lines(booking, corrected, progress)
    booking.charges(given)
    exact = booked_cells(store, period)
    _check_whole(lines, exact, given, period)
    rounding = rounding_charges(exact, period)
    booking.charges(rounding)
    return booked_cells(store, period) if rounding.num_rows else exact


def _corrected(store: Store, period: date, signed: Sequence[SignOff]) -> Sequence[date]:
    """Days of closed months about which this month books what they lack."""
    expected = next_to_close(store, signed)
    return differing_days(store, period) if expected is not None and expected <= period else ()


def _check_whole(lines: int, booked: pa.Table, given: pa.Table, period: date) -> None:
    """Raise :class:`BadCharges` if a booked line is in no charge: its rate or attribution is not known."""
    charged = total(booked).lines - sum(given["lines"].to_pylist())
    if charged != lines:
        raise BadCharges(
            f"{lines} lines of {month_text(period)} were booked and {charged} are in charges: rates or attributions of "
            "the others are missing from the store; the month stays open"
        )
