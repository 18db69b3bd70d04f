"""Laws of the books: whatever arrives, is repriced or closed, in any order, no amount is lost, doubled or changed."""

from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.ledger.errors import EarlierOpen, LaterClosed
from analytics.ledger.months import month_of
from analytics.ledger.periods import sign_offs
from analytics.ledger.verify import verify
from tests.analytics.ledger.books import Used, arrive, asked, become, bytes_of, charged, close_on_time, leave, ledger

_FEW = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
MONTHS = [date(2026, 8, 1), date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1)]
_CONTENT = "trace_id, span_id, started_at, attribution_id, rate_id, purpose, failed"
_BOOKED = f"""select {_CONTENT}, sum(quantity)::bigint as quantity, sum(list_cost_usd) as list_cost_usd,
        sum(cost_usd) as cost_usd
    from booked_lines group by all having sum(case entry when 'reversal' then -1 else 1 end) <> 0"""  # noqa: S608
_LEDGER = f"select {_CONTENT}, quantity, list_cost_usd, cost_usd from ledger_lines"  # noqa: S608 - our own words
_PRICES = st.sampled_from([None, "0.0000025", "0.01", "0.000000000000001"])


@st.composite
def lines(draw, trace):
    month = draw(st.sampled_from(MONTHS))
    return Used(
        trace=trace,
        on=month.replace(day=draw(st.sampled_from([1, 2, 28]))),
        quantity=draw(st.integers(1, 10**12)),
        unit_price_usd=draw(_PRICES),
        team=draw(st.sampled_from(["a", "b", None])),
        cost_center=draw(st.sampled_from(["x", "y", None])),
        seller=draw(st.sampled_from(["openai", None])),
    )


class World:
    """A store and what a person would note beside it."""

    def __init__(self):
        self.store = ledger(Used(trace=1, on=MONTHS[0]))
        self.lines = {1: Used(trace=1, on=MONTHS[0])}
        self.closed: dict[date, tuple[bytes, str]] = {}

    def act(self, data):
        doing = data.draw(st.sampled_from(["arrive", "arrive", "arrive", "change", "leave", "close", "close"]))
        getattr(self, doing)(data)

    def arrive(self, data):
        line = data.draw(lines(max(self.lines, default=0) + 1))
        arrive(self.store, line)
        self.lines[line.trace] = line

    def change(self, data):
        if self.lines:
            line = data.draw(st.sampled_from(list(self.lines.values())))
            price = line.costing(data.draw(_PRICES))
            after = data.draw(st.sampled_from([price, replace(line, team="moved"), replace(line, quantity=7)]))
            become(self.store, line, after)
            self.lines[line.trace] = after

    def leave(self, data):
        if self.lines:
            line = data.draw(st.sampled_from(list(self.lines.values())))
            leave(self.store, line)
            del self.lines[line.trace]

    def close(self, data):
        month = data.draw(st.sampled_from(MONTHS))
        newest = max(self.closed, default=date.min)
        waiting = any(newest < month_of(line.on) < month for line in self.lines.values())
        if month in self.closed:
            assert close_on_time(self.store, month).sha256 == self.closed[month][1]
        elif month < newest:
            with pytest.raises(LaterClosed):
                close_on_time(self.store, month, accept_unpriced=True)
        elif waiting:
            with pytest.raises(EarlierOpen):
                close_on_time(self.store, month, accept_unpriced=True)
        else:
            signed = close_on_time(self.store, month, accept_unpriced=True)
            self.closed[month] = bytes_of(self.store, month), signed.sha256

    @property
    def cost_usd(self):
        return sum((line.cost_usd or Decimal(0) for line in self.lines.values()), Decimal(0))

    @property
    def unclosed(self):
        """Every month that is not closed, and one after all usage."""
        return [month for month in (*MONTHS, date(2026, 12, 1)) if month not in self.closed]


def sums(rows):
    """Sum of costs and quantities of what came from lines."""
    found = Counter()
    for row in rows:
        if row["entry"] != "rounding":
            found["quantity"] += row["quantity"]
            found["cost_usd"] += row["cost_usd"] or 0
    return found["quantity"], found["cost_usd"]


@_FEW
@given(st.data())
def test_books_and_what_waits_are_together_what_the_ledger_says_and_closed_months_never_change(data):
    world = World()
    for _ in range(data.draw(st.integers(4, 14))):
        world.act(data)
    told = [row for month in (*world.closed, *world.unclosed) for row in charged(world.store, month)]
    assert sums(told) == (sum(line.quantity for line in world.lines.values()), world.cost_usd)
    for month, (booked, sha256) in world.closed.items():
        assert bytes_of(world.store, month) == booked
        verdict = verify(world.store, month)
        assert (verdict.sound, verdict.sha256) == (True, sha256)


@_FEW
@given(st.data())
def test_after_the_last_close_the_books_say_line_by_line_what_the_ledger_says(data):
    world = World()
    for _ in range(data.draw(st.integers(4, 12))):
        world.act(data)
    newest = max((one.period_start for one in sign_offs(world.store)), default=date.min)
    for month in (*MONTHS, date(2026, 12, 1)):
        if month > newest:
            close_on_time(world.store, month, accept_unpriced=True)
    assert rows(world.store, _BOOKED) == rows(world.store, _LEDGER)


def rows(store, text):
    return sorted((tuple(sorted(row.items())) for row in asked(store, text)), key=repr)
