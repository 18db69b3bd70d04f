"""The charges of a month: of an open one as things stand now, of a closed one from its books alone.

Of an open month they are its usage so far, the corrections to closed months that wait for it, shares of shared costs,
and adjustments. A closed month's charges are read as they were booked, so configuration, prices and later knowledge
cannot change them, nor can a later version of this program.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import pyarrow as pa

from analytics.ledger.charge import CHARGES
from analytics.ledger.corrections import NO_CORRECTIONS, correction_sums, differing_days, next_to_close
from analytics.ledger.errors import BadCharges
from analytics.ledger.months import checked_month, month_bounds, month_text
from analytics.ledger.periods import SignOff, first_unclosed, sign_offs
from analytics.ledger.rounding import rounding_charges
from analytics.ledger.sums import CELLS, cells_of, in_cells, together
from analytics.ledger.terms import Terms
from collector.store import Batches, Params, Store, queries_of

_QUERIES = queries_of("analytics.ledger")
WORDS = ("cost_center", "team", "seller", "model", "entry", "status")
"""By which a month's charges are narrowed down."""


def charges(
    store: Store, period: date, *, terms: Terms, charge_id: str | None = None, rounded: bool = False
) -> Batches:
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
    corrected = _corrected(store, period, signed)
    if rounded:
        given = pa.concat_tables([given, rounding_charges(_cells(store, period, given, corrected), period)])
    return _made(store, _as_it_is(period) | {"charge_id": charge_id}, given, corrected)


def dearest_charges(store: Store, period: date, *, terms: Terms, words: Mapping[str, str], limit: int) -> pa.Table:
    """Return the charges of a month that cost most and have these words ('' is none), the dearest first."""
    checked_month(period)
    signed = sign_offs(store)
    asked: Params = {**dict.fromkeys(WORDS), **words, "limit": limit}
    if period in {one.period_start for one in signed}:
        return store.run(_QUERIES["dearest_booked"], {**asked, "period_start": period}).cast(CHARGES)
    if period < (first_unclosed(signed) or period):
        return CHARGES.empty_table()
    tables = {"given": other_charges(store, period, terms), "corrected": _corrected(store, period, signed)}
    return store.run(_QUERIES["dearest_charges"], {**_as_it_is(period), **asked}, tables=tables).cast(CHARGES)


def charge_cells(store: Store, period: date, *, terms: Terms, rounded: bool = False) -> pa.Table:
    """Sum the same charges, without making them one by one: the cells of :mod:`analytics.ledger.sums`."""
    checked_month(period)
    signed = sign_offs(store)
    if period in {one.period_start for one in signed}:
        return booked_cells(store, period)
    if period < (first_unclosed(signed) or period):
        return CELLS.empty_table()
    given = other_charges(store, period, terms)
    cells = _cells(store, period, given, _corrected(store, period, signed))
    return together(cells, cells_of(rounding_charges(cells, period))) if rounded else cells


def booked_cells(store: Store, period: date) -> pa.Table:
    """Sum charges as they stand in the books."""
    return in_cells(store.run(_QUERIES["booked_sums"], {"period_start": period}))


def booked_charges(store: Store, period: date, charge_id: str | None = None) -> Batches:
    """Charges as they stand in the books."""
    asked = {"period_start": period, "charge_id": charge_id}
    return in_shape(store.stream(_QUERIES["booked_charges"], asked))


def charges_of_lines(store: Store, period: date, bounds: Params) -> Batches:
    """Charges that the booked lines of a month come to which started within the bounds."""
    asked = {"booked": True, "period_start": period, "charge_id": None, **bounds}
    return _made(store, asked, CHARGES.empty_table(), NO_CORRECTIONS)


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


def in_shape(batches: Iterable[pa.RecordBatch]) -> Batches:
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


def _corrected(store: Store, period: date, signed: Sequence[SignOff]) -> pa.Table:
    """What the books of closed months lack, for the month that is next to close."""
    days = differing_days(store, period) if period == next_to_close(store, signed) else ()
    return correction_sums(store, days)


def _cells(store: Store, period: date, given: pa.Table, corrected: pa.Table) -> pa.Table:
    """Sum the charges of an open month, of lines and given ones."""
    lines = store.run(_QUERIES["charge_sums"], _as_it_is(period), tables={"corrected": corrected})
    return together(in_cells(lines), cells_of(given))


def _as_it_is(period: date) -> dict[str, object]:
    """Ask for lines of an open month."""
    return {"booked": False, "period_start": period, **month_bounds(period)}


def _made(store: Store, asked: Params, given: pa.Table, corrected: pa.Table) -> Batches:
    return in_shape(store.stream(_QUERIES["charges"], asked, tables={"given": given, "corrected": corrected}))
