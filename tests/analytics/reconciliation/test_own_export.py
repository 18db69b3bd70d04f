"""What the ledger exports as FOCUS, read back as a provider's bill, agrees with the ledger to the last digit."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from analytics.focus.export import export
from analytics.focus.period import PeriodInfo
from analytics.focus.settings import Chargeback
from analytics.ledger.charges import charges
from analytics.ledger.terms import Terms
from analytics.reconciliation.bill import BillKind
from analytics.reconciliation.booking import book_adjustment
from analytics.reconciliation.causes import Cause
from analytics.reconciliation.imports import import_bill
from analytics.reconciliation.reading import read_bill
from analytics.reconciliation.reconcile import reconcile
from collector.dialects.usage_classes import UsageClass
from tests.analytics.reconciliation.books import LATER, MONDAY, Billed, Used, bill, store_with

NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)
USED = [
    Used(
        quantity=12_345_678 + number, price="0.000000003625", day=MONDAY + timedelta(days=number % 3), usage_class=name
    )
    for number, name in enumerate(map(str, UsageClass))
]


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_an_export_of_the_ledger_agrees_with_the_ledger(tmp_path, form):
    store = store_with(*USED)
    month = charges(store, NOVEMBER, terms=Terms())
    export(month, "focus-1.4", tmp_path, terms=Chargeback(), period_info=PeriodInfo(NOVEMBER, LATER))
    own = read_bill(BillKind.FOCUS, [tmp_path / f"cost_and_usage.{form}"])
    import_bill(store, own, LATER)
    found = reconcile(store, "openai", NOVEMBER, DECEMBER)
    whole = sum((line.cost_usd for line in USED if line.cost_usd is not None), Decimal(0))
    assert (found.totals.theirs_usd, found.totals.gap_usd, found.differences) == (whole, 0, ())
    assert found.cells == len(USED)


def test_an_adjustment_is_a_charge_of_the_month_it_was_booked_in(tmp_path):
    store = store_with(Used())
    bill(store, tmp_path, Billed("1.25", quantity=500_000))
    found = reconcile(store, "openai", NOVEMBER, DECEMBER)
    book_adjustment(store, found, {Cause.QUANTITY_DIFFERENCE}, period=NOVEMBER, at=LATER)
    booked = [row for batch in charges(store, NOVEMBER, terms=Terms()) for row in batch.to_pylist()]
    assert {row["entry"]: row["cost_usd"] for row in booked} == {"usage": 1, "adjustment": Decimal("0.25")}
    assert sum(row["cost_usd"] for row in booked) == found.totals.theirs_usd
