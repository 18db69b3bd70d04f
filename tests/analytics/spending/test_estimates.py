"""Calls that are priced before they are made, and what is said when they cannot be afforded."""

from dataclasses import replace
from decimal import Decimal

from analytics.periods import Period
from analytics.spending.budget import SpendBudget, WhenUnpriced
from analytics.spending.shapes import ReservationAsk
from analytics.spending.spending import Spending
from tests.analytics.stored import NOON, store_with

DAILY = SpendBudget("daily", Decimal(10), Period.DAY)
GPT = {"provider": "openai", "model": "gpt-4o", "input_tokens": 1_000_000}  # 2.50 dollars


def spending(*budgets: SpendBudget, price) -> Spending:
    return Spending(store_with(), budgets or (DAILY,), price=price)


def test_an_estimate_is_priced_by_the_book(book):
    house = spending(price=book)
    answer = house.reserve(ReservationAsk(estimate=GPT | {"max_output_tokens": 100_000}), NOON)
    assert answer.amount_usd == Decimal("3.5")  # 1 M x 2.50 + 0.1 M x 10
    cached = GPT | {"cache_read_tokens": 400_000}
    assert house.reserve(ReservationAsk(estimate=cached), NOON).amount_usd == Decimal("2.0")  # 0.6 x 2.50 + 0.4 x 1.25


def test_the_estimate_says_which_model_budgets_count(book):
    house = spending(SpendBudget("gpt", Decimal(2), model="gpt-4o"), price=book)
    assert house.reserve(ReservationAsk(estimate=GPT), NOON).refused_by == ("gpt",)
    assert house.reserve(ReservationAsk(estimate=GPT | {"model": "gpt-4o-mini"}), NOON).granted


def test_a_refusal_names_the_cheapest_candidate_that_fits(book):
    mini, nano, unknown = (
        {"provider": "openai", "model": name} for name in ("gpt-4o-mini", "gpt-4.1-nano", "nobody-1")
    )
    house = spending(
        SpendBudget("all", Decimal("0.16")), SpendBudget("nano", Decimal("0.01"), model="gpt-4.1-nano"), price=book
    )
    answer = house.reserve(ReservationAsk(estimate=GPT, candidates=(mini, nano, unknown)), NOON)
    assert (answer.granted, answer.affordable.model, answer.affordable.amount_usd) == (
        False,
        "gpt-4o-mini",
        Decimal("0.15"),
    )
    assert house.reserve(ReservationAsk(estimate=GPT, candidates=(nano,)), NOON).affordable is None


def test_a_price_nobody_knows_is_not_guessed(book):
    nobody = ReservationAsk(estimate=GPT | {"model": "nobody-1"})
    minds = replace(DAILY, name="minds", when_unpriced=WhenUnpriced.REFUSE)
    open_answer = spending(price=book).reserve(nobody, NOON)
    assert (open_answer.granted, open_answer.status, open_answer.amount_usd) == (None, "unpriced", None)
    strict = spending(DAILY, minds, price=book).reserve(nobody, NOON)
    assert (strict.granted, strict.status, strict.refused_by) == (False, "unpriced", ("minds",))
