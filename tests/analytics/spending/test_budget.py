"""What a spend budget may say."""

from decimal import Decimal

import pytest

from analytics.spending.budget import SpendBudget


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("0", "expected an amount above 0"),
        ("1e-16", "at most 15 decimal places"),
        ("1e30", "at most 1,000,000,000,000"),
    ],
)
def test_an_amount_that_cannot_be_counted_exactly_is_refused(amount, said):
    with pytest.raises(ValueError, match=said):
        SpendBudget("month", Decimal(amount))


def test_budgets_can_be_keys_whatever_their_levels():
    halved = SpendBudget("month", Decimal(1), levels={"half": Decimal("0.5")})
    assert {halved: 1}[SpendBudget("month", Decimal(1), levels={"half": Decimal("0.5")})] == 1
