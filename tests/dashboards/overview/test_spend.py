"""Day and month so far: today at every question, the days before it at most every half minute."""

from decimal import Decimal

import pytest

from analytics.notation import NS_PER_S
from dashboards.overview.spend import EARLIER_FRESH_NS, SpendSoFar
from tests.analytics.stored import MINUTE, NOON, Line, Stored, put, store_with

DAY = 24 * 60 * MINUTE
UNIT = Decimal("0.0000025")


class Clock:
    def __init__(self):
        self.now_ns = NOON + MINUTE

    def __call__(self):
        return self.now_ns


@pytest.fixture
def clock():
    return Clock()


def costs(spend, clock, tenant=None):
    return tuple(period.cost_usd for period in spend.periods(tenant, None, clock()))


def sent(number, at_ns, quantity, tenant="acme"):
    return Stored(number=number, started_at=at_ns, tenant=tenant, lines=(Line(quantity=quantity),))


def test_the_month_is_the_days_before_and_today(clock):
    store = store_with(sent(1, NOON - 2 * DAY, 100), sent(2, NOON, 30), sent(3, NOON - 30 * DAY, 7))
    assert costs(SpendSoFar(store, clock), clock) == (30 * UNIT, 130 * UNIT)  # the third is of the month before


def test_today_is_new_at_once_and_the_days_before_within_half_a_minute(clock):
    store = store_with(sent(1, NOON - DAY, 100), sent(2, NOON, 30))
    spend = SpendSoFar(store, clock)
    assert costs(spend, clock) == (30 * UNIT, 130 * UNIT)
    put(store, sent(3, NOON, 5), sent(4, NOON - DAY, 1_000))  # the fourth is late
    clock.now_ns += EARLIER_FRESH_NS - NS_PER_S
    assert costs(spend, clock) == (35 * UNIT, 135 * UNIT)
    clock.now_ns += NS_PER_S
    assert costs(spend, clock) == (35 * UNIT, 1_135 * UNIT)


def test_whoever_filters_has_sums_of_their_own(clock):
    store = store_with(sent(1, NOON - DAY, 100), sent(2, NOON, 30, tenant="globex"))
    spend = SpendSoFar(store, clock)
    assert costs(spend, clock) == (30 * UNIT, 130 * UNIT)
    assert costs(spend, clock, "acme") == (None, 100 * UNIT)
    assert costs(spend, clock, "globex") == (30 * UNIT, 30 * UNIT)


def test_a_new_day_takes_yesterday_to_the_days_before(clock):
    store = store_with(sent(1, NOON, 30))
    spend = SpendSoFar(store, clock)
    assert costs(spend, clock) == (30 * UNIT, 30 * UNIT)
    clock.now_ns = NOON + DAY
    assert costs(spend, clock) == (None, 30 * UNIT)


def test_on_the_first_of_a_month_there_are_no_days_before(clock):
    clock.now_ns = NOON - 17 * DAY  # the 18th less seventeen days
    store = store_with(sent(1, clock.now_ns - MINUTE, 30), sent(2, clock.now_ns - DAY, 100))
    assert costs(SpendSoFar(store, clock), clock) == (30 * UNIT, 30 * UNIT)


def test_lines_without_a_price_are_counted_in_both(clock):
    unpriced = (Line(unit_price_usd=None),)
    store = store_with(Stored(number=1, started_at=NOON - DAY, lines=unpriced), Stored(number=2, lines=unpriced))
    day, month = SpendSoFar(store, clock).periods(None, None, clock())
    assert (day.cost_usd, day.unpriced_lines, month.cost_usd, month.unpriced_lines) == (None, 1, None, 2)
