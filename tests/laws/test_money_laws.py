"""The law of money: from spans on the wire to the files that finance books, all figures are hand arithmetic."""

import csv
import random
from collections import defaultdict
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow.parquet as pq
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from analytics.allocation.policy import policy, policy_of
from analytics.allocation.source import source
from analytics.focus.booked import period_info
from analytics.focus.export import export
from analytics.focus.profiles import PROFILES
from analytics.focus.settings import Chargeback
from analytics.focus_check.check import check
from analytics.ledger.charges import charges
from analytics.ledger.closing import close
from analytics.ledger.terms import Terms
from collector.store import DuckDBStore, StoreSettings
from tests.analytics.derive.house import House, S
from tests.laws import money_oracle as oracle
from tests.laws import money_world as world
from tests.laws.money_spans import spans

_CLOSED_AT = datetime(2026, 12, 3, tzinfo=UTC)
_PRICES = world.book()
_TERMS = Terms((source((world.VECTORS,), (world.POOL,), world.RULES, lambda: world.ns(world.AFTER)),))
_FILES = ("cost_and_usage", "invoice_detail", "billing_period")


def house(threads: int) -> House:
    """A house with these prices and rules, remembered as a server does."""
    store = DuckDBStore(None, StoreSettings(threads=threads))
    return House(store, prices=_PRICES, policy=policy(world.RULES, (world.POOL,)), policy_of=policy_of)


def booked(at: House, folder: Path) -> Path:
    """Derive, close the month, and export it."""
    at.now_ns = world.ns(_CLOSED_AT)
    at.settle()
    close(at.store, world.MONTH, by="Ada", at=_CLOSED_AT, terms=_TERMS, accept_unpriced=True)
    said = {"terms": Chargeback(company="Acme"), "period_info": period_info(at.store, world.MONTH, _CLOSED_AT)}
    export(charges(at.store, world.MONTH, terms=_TERMS), "focus-1.4", folder, **said)
    assert check(folder, PROFILES["focus-1.4"]).findings == ()
    return folder


def at_once(requests, folder):
    """Everything in one batch, on one thread."""
    with house(threads=1) as one:
        one.send(*spans(requests))
        return booked(one, folder)


def bit_by_bit(requests, folder, chance):
    """In any order, in small batches on several days, some again, with restarts, on four threads."""
    waiting = spans(requests)
    waiting += chance.sample(waiting, len(waiting) // 4)
    chance.shuffle(waiting)
    with house(threads=4) as four:
        while waiting:
            size = chance.randrange(1, 30)
            batch, waiting = waiting[:size], waiting[size:]
            for _ in range(chance.choice([1, 1, 2])):  # the second time it is delivered again
                four.send(*batch)
            chance.choice([four.derive, four.settle, four.restart, lambda: None])()
            four.now_ns += chance.choice([0, 3_600, 86_400]) * S
        return booked(four, folder)


def rows(folder: Path, name: str):
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def number(text: str) -> Fraction:
    return Fraction(text) if text else Fraction(0)


def billed(found, *words):
    """Sums of BilledCost by these columns."""
    sums = defaultdict(Fraction)
    for row in found:
        sums[tuple(row[word] for word in words)] += number(row["BilledCost"])
    return dict(sums)


def assert_owed(found, calls):
    """Whole cents by invoice and cost centre, and the exact sum of everything that is no rounding."""
    exact = oracle.exact(calls)
    cents = {(f"{invoice}-2026-11", name): usd for (invoice, name), usd in oracle.in_cents(exact).items()}
    told = billed(found, "InvoiceId", "x_CostCenter")
    assert {key: usd for key, usd in told.items() if usd} == {key: usd for key, usd in cents.items() if usd}
    unrounded = billed([row for row in found if row["x_Entry"] != "rounding"], "InvoiceId", "x_CostCenter")
    assert {key: usd for key, usd in unrounded.items() if usd} == {
        (f"{invoice}-2026-11", name): usd for (invoice, name), usd in exact.items() if usd
    }


def assert_rows(found, calls):
    """Every row is its price times its quantity; usage by model, class, prices and purpose is what was used."""
    usage = defaultdict(int)
    for row in found:
        if row["PricingQuantity"]:
            quantity = number(row["PricingQuantity"])
            assert number(row["ListCost"]) == number(row["ListUnitPrice"]) * quantity
            assert number(row["ContractedCost"]) == number(row["ContractedUnitPrice"]) * quantity
        if row["x_Entry"] == "usage":
            per = 1_000_000 if row["PricingUnit"] == "1000000 Tokens" else 1
            prices = (number(row["ListUnitPrice"]) / per, number(row["ContractedUnitPrice"]) / per)
            usage[row["x_Model"], row["x_UsageClass"], row["x_Purpose"], *prices] += int(
                Fraction(row["ConsumedQuantity"])
            )
    expected = defaultdict(int)
    for one in calls:
        for name, (quantity, listed, paid) in one.lines.items():
            if one.amortised:
                expected[one.model, name, one.purpose, 0, 0] += quantity
            elif paid is not None:
                expected[one.model, name, one.purpose, paid if listed is None else listed, paid] += quantity
    assert usage == expected


def assert_unpriced(found, calls):
    """What has no price is in a file of its own, with its quantity."""
    told, expected = defaultdict(int), defaultdict(int)
    for row in found:
        told[row["model"], row["usage_class"], row["cost_center"]] += int(row["quantity"])
    for one in calls:
        for name, (quantity, _, paid) in one.lines.items():
            if paid is None and not one.amortised:
                expected[one.model, name, one.cost_center or ""] += quantity
    assert told == expected


def assert_same_figures(found, parquet):
    """Parquet says what the CSV says."""
    costs = {row["x_ChargeId"]: (number(row["BilledCost"]), number(row["ListCost"])) for row in found}
    table = pq.read_table(parquet, columns=["x_ChargeId", "BilledCost", "ListCost"]).to_pylist()
    assert costs == {row["x_ChargeId"]: (Fraction(row["BilledCost"]), Fraction(row["ListCost"])) for row in table}


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**32))
@example(0)
def test_however_a_month_arrives_its_books_are_hand_arithmetic_to_the_last_digit(seed):
    chance = random.Random(seed)
    requests = world.month(chance)
    calls = [call for request in requests for call in request]
    with TemporaryDirectory() as folder:
        one = at_once(requests, Path(folder) / "one")
        found = rows(one, "cost_and_usage.csv")
        assert_owed(found, calls)
        assert_rows(found, calls)
        assert_unpriced(rows(one, "unpriced.csv"), calls)
        assert_same_figures(found, one / "cost_and_usage.parquet")
        four = bit_by_bit(requests, Path(folder) / "four", chance)
        for name in (*(f"{each}.{form}" for each in _FILES for form in ("csv", "parquet")), "unpriced.csv"):
            assert (one / name).read_bytes() == (four / name).read_bytes(), name
