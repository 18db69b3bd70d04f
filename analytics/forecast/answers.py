"""What ``/v1/forecast`` says: a figure so far, as expected by the end, and how such forecasts did before."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from math import isfinite
from typing import Any

from analytics.forecast.asking import ForecastParams, subject
from analytics.forecast.calendar import MONTH_ENDS, month_end
from analytics.forecast.course import Step, edges_after
from analytics.forecast.forecasts import Found, Subject, date_of
from analytics.forecast.outlook import Instants, Outlook, Refused
from analytics.forecast.reading import Figure
from analytics.forecast.scenarios import Grounds, scenarios
from analytics.forecast.settings import ForecastEvent
from analytics.forecast.shapes import BacktestAnswer, ForecastAnswer, ForecastRow, ScenarioRow
from analytics.spending.budget import SpendBudget
from analytics.spending.spending import Spending

LEVEL = 0.8
_MICRO = Decimal("0.000001")
_Curves = tuple[Decimal | None, Decimal | None, Decimal | None]


def forecast_answer(spending: Spending, params: ForecastParams, now_ns: int) -> ForecastAnswer:
    """Answer one question; raises BadParameter or NotFound."""
    asked, budget = subject(params, spending, now_ns)
    found = spending.forecasts.of(asked, now_ns)
    told = scenarios(params, Grounds(spending.store, spending.price, asked, now_ns))
    view = found.outlook()
    return ForecastAnswer(
        **_refusal(view),
        figure=str(asked.figure),
        budget=None if budget is None else budget.name,
        amount_usd=_amount(budget, asked.figure),
        start=asked.start_ns,
        until=asked.until_ns,
        zone=str(asked.zone),
        evaluated_at=now_ns,
        step=str(asked.step),
        history_start=found.course.edges[0] if len(found.course.values) else None,
        history_steps=len(found.course.values),
        so_far=_so_far(found),
        unpriced_lines=found.read.unpriced_lines,
        level=LEVEL,
        **_end(found, budget, view),
        backtest=_backtest(found),
        scenarios=tuple(_scenarios(found, budget, told)),
        rows=tuple(_rows(found, view, spending.forecasts.events)),
        next=None,
    )


def end_of(found: Found, budget: SpendBudget | None, view: Outlook) -> Mapping[str, Any]:
    """The end of the period: expected, low, high, and what that means for an amount."""
    so_far, figure = found.so_far, found.subject.figure
    low, expected, high = (_total(so_far, float(curve[-1]), figure) for curve in view.rest)
    amount = _amount(budget, figure)
    told: dict[str, Any] = {"expected": expected, "low": low, "high": high}
    if amount is None:
        return told | dict.fromkeys(_ABOUT_AMOUNT)
    left, gone_ns = float(amount - so_far), found.gone_ns(amount)
    gone = view.gone(left) if gone_ns is None else Instants(gone_ns, gone_ns, gone_ns)
    return told | {
        "overrun_probability": view.probability_above(left),
        "exhausted_at": gone.expected_ns,
        "exhausted_earliest_at": gone.earliest_ns,
        "exhausted_latest_at": gone.latest_ns,
    }


_ABOUT_AMOUNT = ("overrun_probability", "exhausted_at", "exhausted_earliest_at", "exhausted_latest_at")


def _refusal(view: Outlook | Refused) -> Mapping[str, Any]:
    if isinstance(view, Refused):
        return {"status": "cannot_forecast", "reason": str(view.reason), "explanation": view.text}
    return {"status": "forecast", "reason": None, "explanation": None}


def _end(found: Found, budget: SpendBudget | None, view: Outlook | Refused) -> Mapping[str, Any]:
    if isinstance(view, Refused):
        return dict.fromkeys(("expected", "low", "high", *_ABOUT_AMOUNT))
    return end_of(found, budget, view)


def _scenarios(found: Found, budget: SpendBudget | None, told: Iterable[tuple[str, float]]) -> Iterator[ScenarioRow]:
    for name, factor in told:
        view = found.outlook(factor)
        if isinstance(view, Outlook):
            yield ScenarioRow(scenario=name, factor=factor, **end_of(found, budget, view))


def _rows(found: Found, view: Outlook | Refused, events: Sequence[ForecastEvent]) -> Iterator[ForecastRow]:
    asked, so_far = found.subject, Decimal(0)
    running_ns = found.ahead[0]
    places = [edge for edge in edges_after(asked.step, asked.start_ns, running_ns, asked.zone) if edge > asked.start_ns]
    for begin, end in zip((asked.start_ns, *places), places, strict=False):
        seen = found.read.between(begin, end)
        so_far += seen
        named = _named(events, begin, asked)
        yield ForecastRow(start=begin, until=end, days=named, **_seen(found, seen, so_far), **_NO_FORECAST)
    if isinstance(view, Refused):
        return
    begins = (max(running_ns, asked.start_ns), *view.edges[1:-1])
    seen = found.read.between(begins[0], found.at_ns)
    for place, (begin, end) in enumerate(zip(begins, view.edges[1:], strict=True)):
        told = _seen(found, seen, so_far + seen) if place == 0 else _NOT_SEEN
        named = _named(events, begin, asked)
        yield ForecastRow(start=begin, until=end, days=named, **told, **_expected(found, view, place, so_far + seen))


def _named(events: Sequence[ForecastEvent], begin: int, asked: Subject) -> tuple[str, ...]:
    """What is known of the day that a step is in."""
    day = date_of(begin, asked.zone)
    named = [event.name for event in events if day in event.dates]
    place = month_end(day) if asked.step is Step.DAY else 0
    return (*named, *((MONTH_ENDS[place - 1],) if place else ()))


_NO_FORECAST = dict.fromkeys(("expected", "low", "high", "total_expected", "total_low", "total_high"))
_NOT_SEEN = dict.fromkeys(("seen", "total_seen"))


def _seen(found: Found, seen: Decimal, so_far: Decimal) -> Mapping[str, Decimal | None]:
    figure = found.subject.figure
    return {"seen": _plain(seen, figure), "total_seen": _plain(so_far, figure)}


def _expected(found: Found, view: Outlook, place: int, so_far: Decimal) -> Mapping[str, Decimal | None]:
    figure = found.subject.figure
    step, total = (_at(curves, place, onto, figure) for curves, onto in ((view.steps, Decimal(0)), (view.rest, so_far)))
    names = ("low", "expected", "high")
    return {
        **dict(zip(names, step, strict=True)),
        **dict(zip((f"total_{name}" for name in names), total, strict=True)),
    }


def _at(curves: Sequence[Any], place: int, onto: Decimal, figure: Figure) -> _Curves:
    low, expected, high = (_total(onto, float(curve[place]), figure) for curve in curves)
    return low, expected, high


def _total(onto: Decimal, more: float, figure: Figure) -> Decimal | None:
    """What is seen and what is estimated: money to the millionth, counts whole; None where nobody knows."""
    return _plain(onto + Decimal(more), figure) if isfinite(more) else None


def _plain(amount: Decimal, figure: Figure) -> Decimal:
    return amount.quantize(_MICRO if figure is Figure.COST_USD else Decimal(1))


def _so_far(found: Found) -> Decimal | None:
    read = found.read
    unknown = found.subject.figure is Figure.COST_USD and read.lines and read.unpriced_lines >= read.lines
    return None if unknown else found.so_far


def _amount(budget: SpendBudget | None, figure: Figure) -> Decimal | None:
    return None if budget is None or figure is not Figure.COST_USD else budget.amount_usd


def _backtest(found: Found) -> BacktestAnswer | None:
    back = found.back_test()
    if back is None:
        return None
    return BacktestAnswer(**{name: getattr(back, name) for name in BacktestAnswer.model_fields})
