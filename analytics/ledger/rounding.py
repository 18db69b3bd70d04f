"""From exact sums to whole cents, once per invoice.

The exact total of an invoice (a seller's charges of a month) is rounded half to even. Its cents are given to cost
centres by largest remainder: everybody gets their own sum rounded down, and the cents that are left go to the largest
fractions, the name deciding between equal ones. The difference between a cost centre's exact sum and its cents becomes
one charge. So sums per invoice and per cost centre are whole cents, and every other charge stays exact.

>>> split = cents({"a": Decimal("0.336"), "b": Decimal("0.335"), None: Decimal("0.334")})
>>> {name: str(amount) for name, amount in split.items()}
{'a': '0.34', 'b': '0.33', None: '0.33'}
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal, localcontext

import pyarrow as pa

from analytics.ledger.charge import CHARGES, Entry
from analytics.ledger.identity import charge_id
from analytics.ledger.months import following
from analytics.ledger.sums import sums_by

CENT = Decimal("0.01")
_EXACT = Context(prec=60)
"""Costs have 38 digits; the default of 28 would round them on its own."""
ROUNDING = {
    "mode": "half-even",
    "unit_usd": "0.01",
    "what": "the exact total of each seller's charges of the month",
    "split": "over cost centres by largest remainder, equal remainders by name, those without a name last",
}
"""As the manifest names it."""


def cents(exact: Mapping[str | None, Decimal]) -> dict[str | None, Decimal]:
    """Return whole cents per name that sum to the exact total rounded half to even."""
    with localcontext(_EXACT):
        total = sum(exact.values(), Decimal(0)).quantize(CENT, ROUND_HALF_EVEN)
        down = {name: amount.quantize(CENT, ROUND_FLOOR) for name, amount in exact.items()}
        left = int((total - sum(down.values(), Decimal(0))) / CENT)
        by_fraction = sorted(exact, key=lambda name: (down[name] - exact[name], name is None, name or ""))
        return down | {name: down[name] + CENT for name in by_fraction[:left]}


def rounding_charges(cells: pa.Table, period: date) -> pa.Table:
    """Return the charges that bring a month's invoices to whole cents; the cells are sums of all its other charges."""
    by_seller: dict[str | None, dict[str | None, Decimal]] = {}
    for (seller, cost_center), sums in sums_by(cells, "seller", "cost_center").items():
        if sums.cost_usd is not None:
            by_seller.setdefault(seller, {})[cost_center] = sums.cost_usd
    rows = [row for seller, exact in by_seller.items() for row in _of_invoice(period, seller, exact)]
    return pa.Table.from_pylist(rows, schema=CHARGES)


def _of_invoice(period: date, seller: str | None, exact: Mapping[str | None, Decimal]) -> Iterable[dict[str, object]]:
    with localcontext(_EXACT):
        for cost_center, amount in cents(exact).items():
            if amount != exact[cost_center]:
                yield _charge(period, seller, cost_center, amount - exact[cost_center])


def _charge(period: date, seller: str | None, cost_center: str | None, cost_usd: Decimal) -> dict[str, object]:
    key: dict[str, object] = {
        "period_start": period,
        "starts_at": datetime.combine(period, time()),
        "ends_at": datetime.combine(following(period), time()),
        "entry": Entry.ROUNDING.value,
        "seller": seller,
        "cost_center": cost_center,
        "status": "priced",
        "reason_code": "rounding",
    }
    rest = {
        "list_cost_usd": Decimal(0),
        "cost_usd": cost_usd,
        "lines": 0,
        "description": "From the exact sum to whole cents",
    }
    return {"charge_id": charge_id(key)} | key | rest
