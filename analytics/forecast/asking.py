"""What is asked: a budget or filters, a figure, a period and an end."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field

from analytics.cost import CostScope
from analytics.forecast.course import Step
from analytics.forecast.forecasts import Subject
from analytics.forecast.reading import Figure
from analytics.notation import NS_PER_S, instant_text
from analytics.periods import Period, period_of
from analytics.questions import BadParameter, NotFound
from analytics.spending.budget import SCOPE, SpendBudget
from analytics.spending.plans import nanoseconds
from analytics.spending.spending import Spending

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NS_PER_YEAR = 366 * 86_400 * NS_PER_S


class ForecastParams(CostScope):
    """Which figure, until when."""

    budget: str | None = Field(None, description="name of a spend budget: its scope, period and zone; without filters")
    figure: Figure = Field(Figure.COST_USD, description="what is forecast")
    period: Period | None = Field(None, description="calendar period that `start` and `until` fall back to; month")
    zone: str | None = Field(None, description="IANA time zone of days and periods; UTC")
    traffic: float | None = Field(
        None, gt=0, le=1_000, description="scenario: so many times as much from now on, such as 1.5"
    )
    like_tenant: str | None = Field(None, description="scenario: one more tenant like this one")
    model_price: str | None = Field(
        None, description="scenario: MODEL:TIMES, such as gpt-4o:0.8, its price from now on"
    )
    swap: str | None = Field(None, description="scenario: MODEL:OTHER, its calls by another model, by the price book")


def subject(params: ForecastParams, spending: Spending, now_ns: int) -> tuple[Subject, SpendBudget | None]:
    """Say what to forecast; raises BadParameter or NotFound."""
    budget = _budget(params, spending)
    period = budget.period if budget else params.period or Period.MONTH
    zone = budget.clock if budget else _zone(params.zone)
    start, until = (
        nanoseconds(edge) for edge in period_of(period, _EPOCH + timedelta(seconds=now_ns // NS_PER_S), zone)
    )
    start_ns = start if params.start is None else params.start
    until_ns = until if params.until is None else params.until
    _check(start_ns, until_ns, now_ns)
    step = Step.HOUR if period is Period.DAY else Step.DAY
    of: SpendBudget | CostScope = params if budget is None else _of(budget, params.figure)
    return Subject(of, params.figure, step, start_ns, until_ns, zone), budget


def _of(budget: SpendBudget, figure: Figure) -> SpendBudget | CostScope:
    """Money as the budget counts it; what else its scope used by the same words."""
    words: dict[str, Any] = dict(budget.scope)
    return budget if figure is Figure.COST_USD else CostScope(**words)


def _budget(params: ForecastParams, spending: Spending) -> SpendBudget | None:
    if params.budget is None:
        return None
    given = [
        word
        for word in (*SCOPE, *("usage_class", "purpose", "price_id", "period", "zone"))
        if getattr(params, word) is not None
    ]
    if given:
        raise BadParameter(given[0], getattr(params, given[0]), "not be given with a budget, which has its own scope")
    found = next((one for one in spending.budgets if one.name == params.budget), None)
    if found is None:
        known = ", ".join(one.name for one in spending.budgets) or "none"
        raise NotFound(f"no budget is called {params.budget!r}; configured are: {known}")
    return found


def _zone(name: str | None) -> ZoneInfo:
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        raise BadParameter("zone", name, "be an IANA time zone such as Europe/Berlin or UTC") from unknown


def _check(start_ns: int, until_ns: int, now_ns: int) -> None:
    if start_ns > now_ns:
        raise BadParameter("start", instant_text(start_ns), f"be before now ({instant_text(now_ns)})")
    if now_ns - start_ns > _NS_PER_YEAR:
        raise BadParameter("start", instant_text(start_ns), "be at most a year ago")
    if until_ns <= start_ns:
        raise BadParameter("until", instant_text(until_ns), f"be after start ({instant_text(start_ns)})")
    if until_ns - now_ns > _NS_PER_YEAR:
        raise BadParameter("until", instant_text(until_ns), "be at most a year from now")
