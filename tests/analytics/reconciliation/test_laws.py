"""Laws of a reconciliation: nothing is lost, causes sum to the gap, order is irrelevant, for any two sides."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.reconciliation.amounts import read_amount
from analytics.reconciliation.bill import BillLine, LineKind
from analytics.reconciliation.causes import Around, split
from analytics.reconciliation.cells import OurUsage, matched
from collector.dialects.usage_classes import UsageClass

FIRST = date(2026, 11, 2)
DAYS = st.integers(0, 2).map(lambda number: FIRST + timedelta(days=number))
PROJECTS, MODELS = st.sampled_from([None, "a", "b"]), st.sampled_from([None, "small", "large"])
CLASSES = st.sampled_from([None, UsageClass.OUTPUT, UsageClass.INPUT_UNCACHED])
AMOUNTS = st.decimals("-1000000000", "1000000000", places=15)
COUNTS = st.integers(1, 10**9).map(Decimal)
PRICES = st.sampled_from([None, Decimal("0.0000025"), Decimal("0.00001"), Decimal("0.000000003625")])


@st.composite
def usages(draw):
    price, quantity = draw(PRICES), draw(COUNTS)
    cost = None if price is None else price * quantity
    return OurUsage(
        project=draw(PROJECTS),
        day=draw(DAYS),
        model=draw(MODELS),
        usage_class=str(draw(CLASSES) or UsageClass.OUTPUT),
        rate_id=draw(st.integers(1, 5)),
        quantity=quantity,
        cost_usd=cost,
        unit_price_usd=price,
        lines=draw(st.integers(1, 9)),
        late_usd=draw(st.sampled_from([Decimal(0), cost or Decimal(0)])),
    )


@st.composite
def bill_lines(draw):
    return BillLine(
        issuer="openai",
        project=draw(PROJECTS),
        day=draw(DAYS),
        model=draw(MODELS),
        usage_class=draw(CLASSES),
        usage_type="as sent",
        kind=draw(st.sampled_from([*[LineKind.USAGE] * 4, *LineKind])),
        amount_usd=draw(AMOUNTS | st.just(Decimal(1))),
        quantity=draw(st.none() | COUNTS),
        currency="USD",
        file="report.json",
        place=f"data[{draw(st.integers(0, 99))}]",
    )


SIDES = st.tuples(st.lists(usages(), max_size=12), st.lists(bill_lines(), max_size=12))


def around(ours, theirs, settling=timedelta(hours=24)):
    told = {line.day: datetime(2026, 11, 5, tzinfo=UTC) for line in theirs}
    return Around(told, frozenset(usage.day for usage in ours), Decimal("0.00001"), settling)


def total(values):
    return sum((value for value in values if value is not None), Decimal(0))


@given(SIDES)
@settings(max_examples=150, deadline=None)
def test_causes_sum_to_the_gap_and_the_gaps_to_the_whole(sides):
    ours, theirs = sides
    cells = matched(ours, theirs)
    for cell in cells:
        assert sum((part.usd for part in split(cell, around(ours, theirs))), Decimal(0)) == cell.gap_usd
    whole = total(line.amount_usd for line in theirs) - total(usage.cost_usd for usage in ours)
    assert sum((cell.gap_usd for cell in cells), Decimal(0)) == whole


@given(SIDES)
@settings(max_examples=50, deadline=None)
def test_every_line_of_both_sides_is_in_exactly_one_cell(sides):
    ours, theirs = sides
    cells = matched(ours, theirs)
    assert sorted(map(repr, ours)) == sorted(repr(usage) for cell in cells for usage in cell.ours)
    assert sorted(map(repr, theirs)) == sorted(repr(line) for cell in cells for line in cell.theirs)
    assert len({cell.key for cell in cells}) == len(cells)


@given(SIDES, st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_the_order_of_lines_is_irrelevant(sides, chance):
    shuffled = [chance.sample(side, len(side)) for side in sides]
    assert _explained(*sides) == _explained(*shuffled)


def _explained(ours, theirs):
    found = ((cell.key, split(cell, around(ours, theirs))) for cell in matched(ours, theirs))
    return sorted((repr(key), sorted((part.cause, part.usd) for part in parts)) for key, parts in found)


@given(SIDES)
@settings(max_examples=50, deadline=None)
def test_no_part_is_empty_and_no_cause_stands_twice(sides):
    for cell in matched(*sides):
        parts = split(cell, around(*sides))
        assert all(part.usd for part in parts)
        assert len({part.cause for part in parts}) == len(parts)


@given(st.integers(1, 10**15 - 1), st.integers(-15, 3))
def test_an_amount_of_fifteen_digits_survives_a_binary_fraction(digits, exponent):
    told = Decimal(digits).scaleb(exponent)
    read = read_amount(repr(float(told)), binary=True)
    assert read is not None
    assert read.value == told


@given(st.decimals("-1000000000000", "1000000000000", places=15))
def test_text_is_kept_to_the_last_digit(told):
    read = read_amount(format(told, "f"), binary=False)
    assert read is not None
    assert (read.value, read.repaired) == (told, False)
