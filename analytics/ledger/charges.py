"""The charges of a month: of an open one as things stand now, of a closed one from its books alone.

Of an open month they are its usage so far, the corrections to closed months that wait for it, shares of shared costs,
and adjustments. A closed month's charges are read as they were booked, so configuration, prices and later knowledge
cannot change them, nor can a later version of this program.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

import pyarrow as pa

from analytics.ledger.charge import CHARGES
from analytics.ledger.errors import BadCharges
from analytics.ledger.months import checked_month, midnight_ns, month_bounds, month_text
from analytics.ledger.periods import SignOff, first_unclosed, sign_offs, usage_months
from analytics.ledger.rounding import rounding_charges
from analytics.ledger.sums import cells_of
from analytics.ledger.terms import Terms
from collector.store import Params, Store, queries_of

_QUERIES = queries_of("analytics.ledger")
NO_CHARGES = CHARGES.empty_table()


def charges(
    store: Store, period: date, *, terms: Terms, charge_id: str | None = None, rounded: bool = False
) -> Iterator[pa.RecordBatch]:
    """Charges of a month in the order of their ids, as batches of the schema CHARGES.

    ``charge_id`` asks for one of them. Rounding charges of an open month are made only if asked for: they change with
    every line. A closed month has them in any case.
    """
    checked_month(period)
    signed = sign_offs(store)
    if period in {one.period_start for one in signed}:
        return booked_charges(store, period, charge_id)
    if period < (first_unclosed(signed) or period):
        return iter(())  # passed over: what is found for it now is a correction of a later month
    given = other_charges(store, period, terms)
    days = differing_days(store, period) if period == next_to_close(store, signed) else ()
    if rounded:
        exact = made(store, from_ledger(period, days), given)
        given = pa.concat_tables([given, rounding_charges(cells_of(exact), period)])
    return made(store, from_ledger(period, days) | {"charge_id": charge_id}, given)


def booked_charges(store: Store, period: date, charge_id: str | None = None) -> Iterator[pa.RecordBatch]:
    """Charges as they stand in the books."""
    asked = {"period_start": period, "charge_id": charge_id}
    return in_shape(store.stream(_QUERIES["booked_charges"], asked))


def from_books(period: date, bounds: Params) -> dict[str, object]:
    """Parameters of ``charges.sql`` for the lines booked in a month that started within the bounds."""
    return {"booked": True, "period_start": period, "charge_id": None, **bounds, **_within(())}


def from_ledger(period: date, days: Sequence[date]) -> dict[str, object]:
    """Parameters of ``charges.sql`` for a month as the ledger is now, with corrections about these days."""
    return {"booked": False, "period_start": period, "charge_id": None, **month_bounds(period), **_within(days)}


def made(store: Store, asked: Params, given: pa.Table = NO_CHARGES) -> Iterator[pa.RecordBatch]:
    """Charges made from lines, together with the given ones."""
    return in_shape(store.stream(_QUERIES["charges"], asked, tables={"given": given}))


def differing_days(store: Store, period: date) -> tuple[date, ...]:
    """UTC days before a month about which the books do not say what the ledger says."""
    found = store.stream(_QUERIES["differing_days"], {"until_ns": midnight_ns(period)})
    return tuple(day for batch in found for day in batch["day"].to_pylist())


def next_to_close(store: Store, signed: Sequence[SignOff]) -> date | None:
    """The month that takes what closed months lack: the first unclosed one with usage, else the one after them.

    None while no month is closed.
    """
    after = first_unclosed(signed)
    return after and min((month for month in usage_months(store) if month >= after), default=after)


def other_charges(store: Store, period: date, terms: Terms) -> pa.Table:
    """Charges of an open month that come from no line, whole and with ids of their own."""
    adjustments = store.run(_QUERIES["waiting_adjustments"], {"period_start": period})
    given = [adjustments, *(source(store, period) for source in terms.sources)]
    found = pa.concat_tables([_checked(table, period) for table in given])
    ids = found["charge_id"].value_counts().to_pylist()
    twice = sorted(one["values"] for one in ids if one["counts"] > 1)
    if twice:
        raise BadCharges(
            f"{len(twice)} charges of {month_text(period)} have the id of another, the first is {twice[0]}"
        )
    return found


def in_shape(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The same rows with the types of CHARGES."""
    return (batch.cast(CHARGES) for batch in batches)


def _checked(table: pa.Table, period: date) -> pa.Table:
    """Return the table as charges of the month; raises :class:`BadCharges` naming what does not fit."""
    try:
        shaped = table.select(CHARGES.names).cast(CHARGES)
    except (KeyError, pa.ArrowException) as error:
        raise BadCharges(f"a source of charges has other columns than a charge: {error}") from error
    strangers = [month for month in shaped["period_start"].unique().to_pylist() if month != period]
    if strangers:
        raise BadCharges(f"a source of charges of {month_text(period)} gave some of {strangers[0]}")
    return shaped


def _within(days: Sequence[date]) -> Params:
    """Days whose books differ, and the window around them."""
    if not days:
        return {"days": [], "since_ns": 0, "corrected_ns": 0}
    return {
        "days": list(days),
        "since_ns": midnight_ns(min(days)),
        "corrected_ns": midnight_ns(max(days) + timedelta(days=1)),
    }
