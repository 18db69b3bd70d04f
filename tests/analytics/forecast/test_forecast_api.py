"""``/v1/forecast`` over a real store."""

import asyncio
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import httpx
import pytest

from analytics.api import Goals
from analytics.forecast.answers import forecast_answer
from analytics.forecast.asking import ForecastParams
from analytics.periods import Period
from analytics.spending.answers import budget_answer
from analytics.spending.budget import SpendBudget
from analytics.spending.spending import Spending
from dashboards.app import Parts, build_app
from tests.analytics.forecast.spend import spend
from tests.analytics.stored import NOON, Line, Stored, put, store_with

DAY = 86_400 * 10**9
HOUR = 3_600 * 10**9
UNIT = "0.01"
BUDGETS = (
    SpendBudget("all", Decimal(2_000)),
    SpendBudget("acme", Decimal(1_000_000), tenant="acme"),
    SpendBudget("daily", Decimal(500), Period.DAY),
)


def days(count, *, until=NOON, **words):
    """One request a day at noon, the last one a day before the end; a hundred units cost a dollar."""
    amounts = spend("flat", 1, count)
    return [
        Stored(
            number=n + 1,
            started_at=until - (count - n) * DAY,
            lines=(Line(quantity=int(100 * amount), unit_price_usd=UNIT),),
            **words,
        )
        for n, amount in enumerate(amounts)
    ]


class Asked:
    def __init__(self, store, now_ns=NOON):
        self.app = build_app(Parts(store, lambda: now_ns, Goals(budgets=BUDGETS)))

    def get(self, status=200, **params):
        async def ask():
            async with httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://b") as client:
                return await client.get("/v1/forecast", params=params)

        answer = asyncio.run(ask())
        assert answer.status_code == status, answer.text
        return answer.json()


@pytest.fixture(scope="module")
def asked():
    return Asked(store_with(*days(120)))


def test_the_month_ends_with_what_is_seen_and_what_is_expected(asked):
    found = asked.get()
    rest = [Decimal(row["expected"]) for row in found["rows"] if row["expected"] is not None]
    assert found["status"] == "forecast"
    assert Decimal(found["expected"]) == pytest.approx(Decimal(found["so_far"]) + sum(rest), rel=Decimal("1e-6"))
    assert Decimal(found["low"]) < Decimal(found["expected"]) < Decimal(found["high"])
    assert (found["start"], found["until"]) == ("2026-11-01T00:00:00.000000Z", "2026-12-01T00:00:00.000000Z")


def test_rows_tile_the_month_and_the_running_day_has_both(asked):
    rows = asked.get()["rows"]
    assert len(rows) == 30
    assert all(one["until"] == other["start"] for one, other in pairwise(rows))
    assert [row["seen"] is None for row in rows] == [False] * 18 + [True] * 12
    assert [row["expected"] is None for row in rows] == [True] * 17 + [False] * 13
    assert sum(Decimal(row["seen"]) for row in rows[:18]) == Decimal(rows[17]["total_seen"])


def test_so_far_is_what_cost_says(asked):
    expected = sum(Decimal(int(100 * amount)) * Decimal(UNIT) for amount in spend("flat", 1, 120)[-17:])
    assert Decimal(asked.get()["so_far"]) == expected


@pytest.mark.parametrize("what", ["like_tenant=nobody", "model_price=none:0.8", "swap=none:other"])
def test_a_scenario_of_somebody_unseen_names_its_parameter(asked, what):
    name, _, text = what.partition("=")
    refused = asked.get(400, **{name: text})
    assert (refused["parameter"], refused["value"]) == (name, text.partition(":")[0])
    assert "lists them" in refused["detail"]


def test_a_budget_says_when_it_is_gone_and_how_likely(asked):
    found = asked.get(budget="all")
    assert found["overrun_probability"] > 0.9
    assert found["exhausted_earliest_at"] <= found["exhausted_at"] < "2026-12-01"
    ample = asked.get(budget="acme")
    assert (ample["overrun_probability"], ample["exhausted_at"]) == (pytest.approx(0.005), None)


def test_budgets_say_the_same_probability_and_what_it_rests_on():
    store = store_with(*days(120))
    spending = Spending(store, BUDGETS)
    (one, *_) = budget_answer(spending, NOON).budgets
    told = forecast_answer(spending, ForecastParams(budget="all"), NOON)
    assert (one.overrun_basis, one.overrun_probability) == ("forecast", told.overrun_probability)
    assert (one.forecast_low_usd, one.forecast_usd, one.forecast_high_usd) == (told.low, told.expected, told.high)


def test_without_a_forecast_budgets_say_what_their_plan_knows():
    (one, *_) = budget_answer(Spending(store_with(*days(20)), BUDGETS), NOON).budgets
    assert (one.overrun_basis, one.overrun_probability, one.forecast_usd) == (None, None, None)


def test_requests_and_tokens_are_forecast_as_well(asked):
    assert asked.get(figure="requests")["expected"] == "30"
    assert asked.get(figure="input_tokens", budget="acme")["amount_usd"] is None


def test_a_scenario_stands_beside_things_as_they_are(asked):
    as_is, grown = asked.get(budget="all", traffic=1.5)["scenarios"]
    assert (as_is["scenario"], grown["scenario"]) == ("as_is", "traffic=1.5")
    assert Decimal(grown["expected"]) > Decimal(as_is["expected"])
    assert grown["overrun_probability"] >= as_is["overrun_probability"]


def test_a_tenant_like_another_a_price_and_a_model_are_scenarios():
    both = [*days(120), *(replace(one, number=1_000 + one.number, tenant="beta") for one in days(120))]
    found = Asked(store_with(*both)).get(like_tenant="acme", model_price="gpt-4o:0.5")["scenarios"]
    assert [(one["scenario"], one["factor"]) for one in found] == [
        ("as_is", 1.0),
        ("like_tenant=acme", pytest.approx(1.5)),  # acme is one of two that are alike
        ("model_price=gpt-4o:0.5", pytest.approx(0.5)),
        ("together", pytest.approx(0.75)),
    ]


def test_another_model_costs_what_the_price_book_says():
    def price(call, _at):
        return Decimal({"gpt-4o": "0.000004", "small": "0.000001"}[call.model]) * call.input_tokens

    store = store_with(*days(120))
    spending = Spending(store, BUDGETS, price=price)
    (_, swapped) = forecast_answer(spending, ForecastParams(swap="gpt-4o:small"), NOON).scenarios
    assert swapped.factor == pytest.approx(0.25)


def test_the_back_test_stands_beside(asked):
    back = asked.get()["backtest"]
    assert back["wape"] < back["naive_wape"]
    assert 0.6 < back["coverage_ratio"] < 0.95


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({"tenant": "nobody"}, "nothing_seen"),
        ({"until": "2027-06-01T00:00:00Z"}, "too_far"),
        ({"until": "2026-11-18T11:00:00Z"}, "over"),
        ({"budget": "daily"}, None),
    ],
)
def test_what_cannot_be_forecast_is_said(asked, params, reason):
    found = asked.get(**params)
    assert found["reason"] == reason
    if reason:
        assert (found["expected"], found["rows"][-1]["expected"]) == (None, None)


def test_a_young_service_is_no_flat_line():
    found = Asked(store_with(*days(20))).get()
    assert (found["status"], found["reason"], found["history_steps"]) == ("cannot_forecast", "too_little_history", 19)
    assert [row["until"][8:10] for row in found["rows"][:2]] == ["02", "03"]  # the days of the month have their rows


def test_what_has_no_price_is_no_zero():
    store = store_with(
        *[Stored(number=n, started_at=NOON - n * DAY, lines=(Line(unit_price_usd=None),)) for n in range(1, 60)]
    )
    found = Asked(store).get()
    assert (found["reason"], found["so_far"], found["expected"]) == ("unpriced", None, None)
    assert found["unpriced_lines"] == 59


def test_late_spend_counts_at_once_today_and_within_minutes_before():
    store = store_with(*days(120))
    now = [NOON]
    asked = Asked(store)
    asked.app = build_app(Parts(store, lambda: now[0], Goals(budgets=BUDGETS)))
    before = Decimal(asked.get()["so_far"])
    put(store, Stored(number=900, started_at=NOON - HOUR, lines=(Line(quantity=700, unit_price_usd=UNIT),)))
    put(store, Stored(number=901, started_at=NOON - 5 * DAY, lines=(Line(quantity=300, unit_price_usd=UNIT),)))
    assert Decimal(asked.get()["so_far"]) - before == 7
    now[0] += 11 * 60 * 10**9
    assert Decimal(asked.get()["so_far"]) - before == 10


@pytest.mark.parametrize(
    ("params", "status"),
    [
        ({"budget": "nobody"}, 404),
        ({"budget": "all", "tenant": "acme"}, 400),
        ({"zone": "Mars/Phobos"}, 400),
        ({"start": "2026-12-01T00:00:00Z"}, 400),
        ({"until": "2030-01-01T00:00:00Z"}, 400),
        ({"figure": "requests", "model": "gpt-4o"}, 400),
        ({"like_tenant": "nobody"}, 400),
        ({"model_price": "gpt-4o"}, 400),
        ({"model_price": "gpt-4o:cheap"}, 400),
        ({"swap": "gpt-4o:nothing-like-it"}, 400),
        ({"traffic": "0"}, 400),
        ({"color": "red"}, 400),
    ],
)
def test_what_cannot_be_asked_is_refused(asked, params, status):
    assert asked.get(status, **params)["status"] == status
