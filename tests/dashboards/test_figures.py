"""Figures for people: nothing becomes zero, nothing becomes everything, by rounding."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from dashboards.figures import aligned, duration, ratio, usd


@given(st.decimals(min_value=Decimal("1e-15"), max_value=10**9, places=15))
def test_money_that_is_there_never_reads_as_nothing(amount):
    shown = Decimal(usd(str(amount)).lstrip("$").replace(",", ""))
    assert shown > 0 or amount == 0
    assert abs(shown - amount) <= max(amount * Decimal("0.005"), Decimal("0.005") if amount >= 1 else 0)


@given(st.integers(1, 10**18))
def test_a_duration_that_is_there_never_reads_as_nothing(duration_ns):
    assert not duration(duration_ns / 1e6).startswith(("0 ", "0.00 "))


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_all_and_nothing_are_said_only_when_they_are_true(some, rest):
    assert float(ratio(some / (some + rest)).removesuffix(" %")) < 100
    assert ratio(1.0) == "100.0 %"


@given(st.lists(st.decimals(min_value=0, max_value=1000, places=6), min_size=1))
def test_decimal_points_stand_below_each_other(amounts):
    cells = aligned([usd(str(amount)) for amount in amounts])
    assert len({len(cell) - cell.index(".") for cell in cells}) == 1
