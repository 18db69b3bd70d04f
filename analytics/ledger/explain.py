"""The lines behind a charge, one by one, with the spans they came from."""

from collections.abc import Iterator
from datetime import date

import pyarrow as pa

from analytics.ledger.charge import CHARGES
from analytics.ledger.charges import charges
from analytics.ledger.errors import NoSuchCharge
from analytics.ledger.months import day_bounds, month_text
from analytics.ledger.periods import sign_offs
from analytics.ledger.terms import Terms
from collector.store import Store, queries_of

_QUERIES = queries_of("analytics.ledger")


def charge_of(store: Store, charge_id: str, period: date, *, terms: Terms) -> pa.Table:
    """Return one charge of a month as a table of one row; raises :class:`NoSuchCharge`."""
    found = pa.Table.from_batches(charges(store, period, terms=terms, charge_id=charge_id), CHARGES)
    if found.num_rows != 1:
        raise NoSuchCharge(f"{month_text(period)} has no charge {charge_id!r}: its export names the charges it has")
    return found


def lines_of(store: Store, charge_id: str, period: date, *, terms: Terms) -> Iterator[pa.RecordBatch]:
    """Ledger lines behind a charge: trace, span, quantity, price, costs.

    Of a closed month as they were booked, of an open one as the ledger is now. A charge that comes from no line (a
    share, an adjustment, rounding) has none: its own description says where it is from.
    """
    charge = charge_of(store, charge_id, period, terms=terms)
    closed = period in {one.period_start for one in sign_offs(store)}
    asked = {"booked": closed, **day_bounds(charge["starts_at"][0].as_py().date())}
    return store.stream(_QUERIES["charge_lines"], asked, tables={"charge": charge})
