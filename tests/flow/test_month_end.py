"""A month's end, told as finance lives it: real spans, a real store on disk, and a clock that the story moves.

One input token costs 0.000002 USD when the story begins, one output token 0.00001 USD.
"""

import asyncio
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analytics.derive.deriver import Deriver
from analytics.ledger.charge import CHARGES
from analytics.ledger.charges import charges
from analytics.ledger.closing import close
from analytics.ledger.errors import EarlierOpen, NotEnded
from analytics.ledger.explain import lines_of
from analytics.ledger.preview import preview
from analytics.ledger.terms import Terms
from analytics.ledger.verify import Fault, verify
from analytics.prices import PriceBook
from analytics.prices.stated import stated_prices
from analytics.runs.policy import NoPolicy, no_policy
from analytics.runs.repricing import apply, propose
from analytics.runs.runs import StoredRuns, begin, last_seq
from collector.accounts import Accounts
from collector.intake import Pipeline
from collector.signals import Signal
from collector.store import DuckDBStore, Query, Step
from tests.analytics.derive.house import body, call, small_book

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
PLAIN = Terms()
CENT = Decimal("0.01")


def day(month: int, on: int, hour: int = 12) -> datetime:
    return datetime(2026, month, on, hour, tzinfo=UTC)


def price_book(input_usd: str) -> PriceBook:
    """Prices of the story's only model, per million tokens."""
    figures = {"input_uncached": input_usd, "output": "10.00"}
    entry = {"provider": "openai", "model": "house-4", "usd_per_million": figures, "effective_from": "2026-01-01"}
    return small_book().with_rows(stated_prices([entry], "contract.yaml", date(2026, 1, 1)))


@dataclass
class Shop:
    """A store on disk with everything that feeds its ledger."""

    store: DuckDBStore
    now: datetime

    def open(self, book: PriceBook) -> None:
        """Start the server with these prices."""
        self.pipeline = Pipeline(self.store, Accounts(), clock_ns=self.clock_ns)
        begin(self.store, book, NoPolicy(), last_seq(self.store), self.now)
        self.deriver = Deriver(self.store, StoredRuns(self.store, no_policy), clock_ns=self.clock_ns)

    def clock_ns(self) -> int:
        return int(self.now.timestamp()) * 10**9

    def use(self, trace: int, at: datetime, tokens: tuple[int, int], team: str, cost_center: str | None) -> None:
        """One call of a team arrives, whenever it was made."""
        says = {"burnline.team": team} | ({"burnline.cost_center": cost_center} if cost_center else {})
        start_ns = int(at.timestamp()) * 10**9
        span = call(trace=trace, span=2, tokens=tokens, model="house-4", start_at_ns=start_ns, says=says)
        asyncio.run(self.pipeline.offer(Signal.TRACES, body([span])))
        self.derive()

    def derive(self) -> None:
        while self.deriver.run() is not None:
            pass

    def correct_prices(self, book: PriceBook) -> None:
        """Start again with corrected prices, and rate October anew by them."""
        self.pipeline.drain(10)
        self.open(book)
        run = propose(self.store, self.now, (day(10, 1, 0), day(11, 1, 0)), "the contract says 3 USD", self.now)
        apply(self.store, run.run_id)
        self.derive()

    def close_month(self, period: date):
        return close(self.store, period, by="finance@acme.example", at=self.now, terms=PLAIN)

    def preview(self, period: date):
        return preview(self.store, period, terms=PLAIN, now=self.now)

    def export(self, period: date) -> bytes:
        """The month's charges as a file."""
        sink = pa.BufferOutputStream()
        pq.write_table(pa.Table.from_batches(charges(self.store, period, terms=PLAIN), CHARGES), sink)
        return sink.getvalue().to_pybytes()

    def charges(self, period: date, entry: str) -> list[dict]:
        found = pa.Table.from_batches(charges(self.store, period, terms=PLAIN), CHARGES).to_pylist()
        return [row for row in found if row["entry"] == entry]

    def cost(self, period: date, *entries: str) -> Decimal:
        return sum((row["cost_usd"] for entry in entries for row in self.charges(period, entry)), Decimal(0))


@pytest.fixture
def shop(tmp_path):
    shop = Shop(DuckDBStore(tmp_path), day(10, 1, 0))
    shop.open(price_book("2.00"))
    yield shop
    shop.pipeline.drain(10)
    shop.store.close()


def test_the_story_of_october_and_november(shop):
    # October is used: 1001 input and 101 output tokens by support, 3 and 7 by search, for whom nobody pays yet.
    shop.now = day(10, 20)
    shop.use(1, day(10, 5), (1_001, 101), "support", "CC-1")
    shop.use(2, day(10, 20), (3, 7), "search", None)
    support = 1_001 * Decimal("0.000002") + 101 * Decimal("0.00001")
    search = 3 * Decimal("0.000002") + 7 * Decimal("0.00001")
    october = shop.preview(OCTOBER)
    assert (october.state, october.total.cost_usd, october.corrections.charges) == ("open", support + search, 0)
    with pytest.raises(NotEnded, match="2026-10 ends at 2026-11-01"):
        shop.close_month(OCTOBER)

    # November comes, and is used before anybody has closed October.
    shop.now = day(11, 3)
    shop.use(3, day(11, 2), (500, 50), "support", "CC-1")
    shop.now = day(12, 1)
    with pytest.raises(EarlierOpen, match="2026-10 has usage and is open"):
        shop.close_month(NOVEMBER)

    # On the third of November finance closes October and notes its figures.
    shop.now = day(11, 3)
    signed = shop.close_month(OCTOBER)
    booked = shop.export(OCTOBER)
    assert shop.cost(OCTOBER, "usage") == support + search
    assert shop.cost(OCTOBER, "usage", "rounding") == (support + search).quantize(CENT)
    assert verify(shop.store, OCTOBER).sound

    # A batch that hung in a queue since October arrives: 400 input tokens of support.
    shop.now = day(11, 9)
    shop.use(4, day(10, 31, 23), (400, 0), "support", "CC-1")
    # And the contract turns out to say 3 USD for a million input tokens: prices are corrected, October is rated anew.
    shop.now = day(11, 12)
    shop.correct_prices(price_book("3.00"))

    # October's books are what they were, to the last byte; so is closing it again.
    assert shop.export(OCTOBER) == booked
    assert shop.close_month(OCTOBER) == signed
    assert verify(shop.store, OCTOBER).sound

    # November's preview shows its own usage, and apart from it what October lacks.
    own = 500 * Decimal("0.000002") + 50 * Decimal("0.00001")
    dearer = (1_001 + 3 + 400) * Decimal("0.000003") + (101 + 7) * Decimal("0.00001")
    november = shop.preview(NOVEMBER)
    assert november.own.cost_usd == own
    assert november.corrections.cost_usd == dearer - (support + search)
    assert [(one.entry, one.corrects) for one in november.by_entry] == [
        ("restatement", "2026-10"),
        ("reversal", "2026-10"),
        ("usage", None),
    ]

    # In December November closes, with what was wrong taken back and stated anew, on the days of the usage.
    shop.now = day(12, 3)
    shop.close_month(NOVEMBER)
    back, anew = shop.charges(NOVEMBER, "reversal"), shop.charges(NOVEMBER, "restatement")
    assert {(row["corrects_start"], row["period_start"]) for row in back + anew} == {(OCTOBER, NOVEMBER)}
    # output tokens cost what they did, so only input is corrected: two calls taken back, three stated
    assert sorted(row["quantity"] for row in back) == [-1_001, -3]
    assert sorted(row["quantity"] for row in anew) == [3, 400, 1_001]
    assert {str(row["starts_at"].date()) for row in anew} == {"2026-10-05", "2026-10-20", "2026-10-31"}
    late = next(row for row in anew if row["quantity"] == 400)
    (line,) = next(lines_of(shop.store, late["charge_id"], NOVEMBER, terms=PLAIN)).to_pylist()
    assert (line["trace_id"], line["cost_usd"]) == (f"{4:032x}", 400 * Decimal("0.000003"))

    # Both months verify, October still has its bytes, and together they come to what everything costs as known today.
    assert verify(shop.store, OCTOBER).sound
    assert verify(shop.store, NOVEMBER).sound
    assert shop.export(OCTOBER) == booked
    exact = ("usage", "reversal", "restatement")
    assert shop.cost(OCTOBER, *exact) + shop.cost(NOVEMBER, *exact) == own + dearer
    assert shop.preview(date(2026, 12, 1)).total.charges == 0


def test_the_auditor_finds_one_changed_digit(shop):
    shop.use(1, day(10, 5), (1_001, 101), "support", "CC-1")
    shop.use(2, day(10, 20), (3, 7), "search", None)
    shop.now = day(11, 3)
    shop.close_month(OCTOBER)
    digit = "update booked_lines set cost_usd = cost_usd + 0.000000000000001 where quantity = 101"
    shop.store.change([Step(Query("digit", digit))])
    findings = {one.fault: one.where for one in verify(shop.store, OCTOBER).findings}
    assert findings[Fault.LINES] == "2026-10-05"
    assert findings[Fault.LINE] == f"trace {1:032x} span {2:016x} output"
