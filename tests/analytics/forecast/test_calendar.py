"""Days that are known beforehand: month ends, named events, dated prices; learned without looking ahead."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest

from analytics.forecast.backtest import wape
from analytics.forecast.calendar import Days, kinds_of, learned, month_end, ordinary
from analytics.forecast.forecasts import Forecasts, spend_of
from analytics.forecast.outlook import Outlook, Refused, Step, forecast
from analytics.forecast.rolling import paths, rolled
from analytics.forecast.settings import ForecastEvent
from analytics.prices.settings import Figures, PriceRow
from analytics.prices.standing import standing_book
from analytics.spending.budget import SpendBudget
from analytics.spending.pricing import book_pricer
from tests.analytics.forecast.spend import MONDAY, SHAPES, dates, several, spend
from tests.analytics.stored import NOON, Line, Stored, store_with

DAYS, AHEAD = 182, 30
DAY = 86_400 * 10**9
ENDS = Days(kinds_of(dates(DAYS + AHEAD), ()), np.ones(DAYS + AHEAD))
TODAY = date(2026, 11, 18)


def errors(shape, days, seeds=10):
    told = several((shape,), seeds, DAYS, AHEAD)
    return np.mean([wape(after, paths(before, np.array([DAYS]), AHEAD, 7, days)[0]) for before, after in told])


def test_the_ends_of_months_are_learned():
    assert errors("month ends", ENDS) < 0.85 * errors("month ends", None)


def test_where_months_have_no_ends_next_to_nothing_is_lost():
    for shape in (one for one in SHAPES if one != "month ends"):
        assert errors(shape, ENDS) < 1.05 * errors(shape, None), shape


def test_an_origin_knows_no_effect_of_days_after_it():
    values = spend("month ends", 1, DAYS)
    changed = values.copy()
    changed[120:] *= 7
    origins = np.array([60, 100, 120])
    assert paths(values, origins, 14, 7, ENDS) == pytest.approx(paths(changed, origins, 14, 7, ENDS))


def test_chance_is_no_effect():
    flat = np.random.default_rng(1).lognormal(0, 0.1, (1, DAYS))
    factors = learned(flat, np.array([DAYS]), ENDS.kinds[:DAYS])
    assert factors[0, 0] == 1
    assert np.abs(factors[0] - 1).max() < 0.07


def test_places_at_the_end_of_a_month():
    found = [month_end(date(2026, 2, 26) + timedelta(days=n)) for n in range(5)]
    assert found == [0, 1, 2, 3, 0]


def test_a_holiday_is_learned_from_the_one_before_and_a_launch_is_as_it_was_said():
    """A third of the spend on ten days of the past; the same ten and a launch of five times are to come."""
    quiet = frozenset(MONDAY + timedelta(days=n) for n in (*range(60, 70), *range(190, 200)))
    values = spend("flat", 2, DAYS)
    values[60:70] /= 3
    known = np.ones(DAYS + AHEAD)
    known[185] = 5.0
    told = Days(kinds_of(dates(DAYS + AHEAD), [quiet]), known)
    ahead, usual = (rolled_ahead(values, days) for days in (told, ordinary(DAYS + AHEAD)))
    assert ahead[8:18] / usual[8:18] == pytest.approx(np.full(10, 1 / 3), rel=0.2)
    assert ahead[3] / usual[3] == pytest.approx(5, rel=0.1)


def rolled_ahead(values, days):
    return forecast(Step.DAY, values, AHEAD, days).ahead


def test_without_days_it_is_the_forecast_it_was():
    values = spend("walk", 3, DAYS)
    assert rolled_ahead(values, None) == pytest.approx(rolled(values, AHEAD, 7).ahead)


def stored(count=60):
    """A request a day at noon: a thousand tokens of a model that costs a dollar for a thousand."""
    line = Line(usage_class="output", quantity=1000, unit_price_usd="0.001", model="own", provider="house")
    return store_with(
        *(Stored(n, started_at=NOON - n * DAY, lines=(line,), model="own", provider="house") for n in range(1, count))
    )


def book(*rows):
    return book_pricer(standing_book(rows))


def price(usd, **words):
    return PriceRow("own", provider="*", usd_each=Figures(output=Decimal(usd)), **words)


def ahead_of(store, **given):
    subject = spend_of(SpendBudget("all", Decimal(100)), NOON - 17 * DAY - DAY // 2, NOON + 12 * DAY + DAY // 2)
    found = Forecasts(store, **given).of(subject, NOON)
    view = found.outlook()
    assert isinstance(view, Outlook)
    return view.steps[1]


def test_a_price_that_the_book_has_with_a_date_counts_from_that_day_on():
    """From 25 November half the price: 18 to 24 go on as they are, 25 to 30 cost half."""
    store = stored()
    halved = book(price("0.001", effective_until="2026-11-25"), price("0.0005", effective_from="2026-11-25"))
    assert ahead_of(store)[1:] == pytest.approx(np.ones(12), rel=0.01)
    assert ahead_of(store, price=halved)[1:] == pytest.approx([1.0] * 6 + [0.5] * 6, rel=0.01)
    store.close()


def test_a_price_that_has_changed_is_no_trend_of_usage():
    """Twice the price until yesterday, the same tokens: what is still to come costs today's price at once."""
    line = Line(usage_class="output", quantity=1000, unit_price_usd="0.002", model="own", provider="house")
    now = replace(line, unit_price_usd="0.001")
    told = [Stored(n, started_at=NOON - n * DAY, lines=(line if n > 1 else now,), model="own") for n in range(1, 60)]
    store = store_with(*told)
    fell = book(price("0.002", effective_until="2026-11-17"), price("0.001", effective_from="2026-11-17"))
    assert ahead_of(store, price=fell)[1:] == pytest.approx(np.ones(12), rel=0.02)
    store.close()


def test_an_event_with_a_factor_is_in_the_rows():
    store = stored()
    launch = ForecastEvent("launch", ("2026-11-20/2026-11-21",), times=3.0)
    assert ahead_of(store, events=(launch,))[1:5] == pytest.approx([1, 3, 3, 1], rel=0.01)
    store.close()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"name": " ", "days": ("2026-12-25",)}, "name is empty"),
        ({"name": "x", "days": ()}, "days is empty"),
        ({"name": "x", "days": ("christmas",)}, "days has 'christmas'"),
        ({"name": "x", "days": ("2026-12-25/2026-12-24",)}, "expected the first day before the last"),
        ({"name": "x", "days": ("2026-12-25",), "times": 0.0}, "times is 0"),
    ],
)
def test_what_is_no_event_is_refused_in_a_sentence(words, said):
    with pytest.raises(ValueError, match=said):
        ForecastEvent(**words)


def test_a_range_has_both_of_its_ends():
    event = ForecastEvent("holidays", ("2026-12-24/2026-12-26", "2027-01-01"))
    assert sorted(day.day for day in event.dates) == [1, 24, 25, 26]
    assert datetime(2026, 12, 24, tzinfo=UTC).date() in event.dates


@pytest.mark.parametrize(("was_whole", "kind"), [(False, Outlook), (True, Refused)])
def test_what_was_read_before_it_was_derived_is_read_again_and_not_ten_minutes_later(was_whole, kind):
    subject = spend_of(SpendBudget("all", Decimal(100)), NOON - 17 * DAY - DAY // 2, NOON + 12 * DAY + DAY // 2)
    nothing, everything = store_with(), stored()
    forecasts = Forecasts(nothing, whole=lambda: was_whole)
    assert isinstance(forecasts.of(subject, NOON).outlook(), Refused)
    forecasts.store, forecasts.whole = everything, lambda: True
    assert isinstance(forecasts.of(subject, NOON).outlook(), kind)
    nothing.close()
    everything.close()
