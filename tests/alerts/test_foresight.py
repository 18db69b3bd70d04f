"""Where budgets will end: as the API says it, and on the page of metrics, which computes nothing of it."""

from dataclasses import replace
from decimal import Decimal

import pytest

from alerts.foresight import Foresight
from analytics.forecast.answers import forecast_answer
from analytics.forecast.asking import ForecastParams
from analytics.forecast.course import QUARTER_NS
from analytics.forecast.forecasts import spend_of
from analytics.periods import Period
from analytics.spending.answers import budget_answer
from analytics.spending.budget import SpendBudget
from analytics.spending.spending import Spending
from dashboards.app import Parts, build_app
from dashboards.metrics import foresight_samples
from tests.analytics.forecast.test_forecast_api import days
from tests.analytics.stored import NOON, store_with
from tests.dashboards.metrics.test_page import samples

BUDGETS = (
    SpendBudget("month", Decimal(3_000)),
    SpendBudget("small", Decimal(100)),
    SpendBudget("new", Decimal(100), tenant="umbrella"),
    SpendBudget("year", Decimal(100), Period.YEAR, tenant="umbrella"),
)


@pytest.fixture(scope="module")
def foresight():
    store = store_with(*days(60))
    made = Foresight(Spending(store, BUDGETS), lambda: NOON)
    made.look()
    yield made
    store.close()


def test_it_says_what_the_api_says(foresight):
    for told in budget_answer(foresight.spending, NOON).budgets:
        found = foresight.latest[told.name]
        assert (found.low_usd, found.expected_usd, found.high_usd, found.overrun_probability) == (
            told.forecast_low_usd,
            told.forecast_usd,
            told.forecast_high_usd,
            told.overrun_probability,
        )
    assert foresight.latest["month"].low_usd < foresight.latest["month"].expected_usd


def test_what_is_gone_was_gone_before_now_and_what_lasts_is_never(foresight):
    assert foresight.latest["small"].exhausted_ns < NOON
    assert foresight.latest["month"].exhausted_ns is None
    nearer = replace(BUDGETS[0], amount_usd=foresight.latest["month"].low_usd)
    again = Foresight(Spending(foresight.spending.store, (nearer,)), lambda: NOON)
    assert again.look()["month"].exhausted_ns > NOON


def test_an_amount_that_is_gone_went_at_one_instant_whoever_is_asked(foresight):
    (small,) = (one for one in budget_answer(foresight.spending, NOON).budgets if one.name == "small")
    told = forecast_answer(foresight.spending, ForecastParams(budget="small"), NOON)
    gone_ns = foresight.latest["small"].exhausted_ns
    assert {gone_ns, small.exhausted_at, told.exhausted_at, told.exhausted_latest_at} == {gone_ns}
    seen = foresight.spending.forecasts.of(spend_of(BUDGETS[1], small.period_start, small.period_until), NOON)
    before, until = (seen.read.between(small.period_start, at) for at in (gone_ns - QUARTER_NS, gone_ns))
    assert before < small.amount_usd <= until


def test_it_is_on_the_page_of_metrics_and_what_is_unknown_is_not(foresight):
    store = foresight.spending.store
    found = samples(build_app(Parts(store, lambda: NOON, told=lambda: foresight_samples(foresight))))
    assert found["burnline_forecast_spend_usd", "month"] == float(foresight.latest["month"].expected_usd)
    assert found["burnline_forecast_overrun_ratio", "small"] == 1.0
    assert ("burnline_forecast_spend_usd", "new") not in found
    assert ("burnline_forecast_exhaustion_timestamp_seconds", "month") not in found
    assert found["burnline_forecast_timestamp_seconds",] == NOON / 1e9
    assert found["burnline_forecast_failures_total",] == 0


def test_before_the_first_look_there_is_nothing():
    store = store_with()
    found = dict(foresight_samples(Foresight(Spending(store, BUDGETS), lambda: NOON)))
    assert {name: list(told) for name, told in found.items() if told} == {"burnline_forecast_failures": [((), 0.0)]}
    store.close()
