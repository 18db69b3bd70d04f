"""Spend budgets: money per calendar period for a scope, against a plan that grows evenly through the period.

    plan      = amount x elapsed / period
    burn      = spent / plan            healthy spend burns near 1
    projected = spent x period / elapsed

Periods are calendar days, ISO weeks and months in UTC. Spend is the exact sum of the ledger lines of the period.

>>> period_of(Period.MONTH, datetime(2026, 12, 24, 9, tzinfo=UTC))[1].isoformat()
'2027-01-01T00:00:00+00:00'
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, localcontext
from enum import StrEnum

from analytics.cost import CostParams, cost
from analytics.notation import NS_PER_S, Instant, Usd
from analytics.request_shapes import Answer
from analytics.sum_shapes import CostSums
from collector.store import Store

_PLACES = Decimal("1e-6")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Period(StrEnum):
    """How often a spend budget starts anew."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class SpendBudget:
    """One entry of the section ``budgets``: money per calendar period for a scope.

    >>> SpendBudget("support", Decimal("0"))
    Traceback (most recent call last):
    ...
    ValueError: amount_usd is 0; expected an amount above 0
    """

    name: str
    """Unique name, as shown on dashboards."""
    amount_usd: Decimal
    """What may be spent in one period, in US dollars."""
    period: Period = Period.MONTH
    """day, week (from Monday) or month, in UTC."""
    tenant: str | None = None
    """Only this tenant's spend; nothing means every tenant's."""
    team: str | None = None
    """Only this team's spend."""
    feature: str | None = None
    """Only this feature's spend."""
    route: str | None = None
    """Only spend on this route."""
    model: str | None = None
    """Only spend on this model."""

    def __post_init__(self) -> None:
        if not self.name:
            raise ValueError("name is empty; expected a name that is unique among the budgets")
        if not self.amount_usd > 0:
            raise ValueError(f"amount_usd is {self.amount_usd}; expected an amount above 0")


class Spend(Answer):
    """One spend budget in its current period."""

    name: str
    """As configured."""
    tenant: str | None
    """Null: every tenant."""
    team: str | None
    """Null: every team."""
    feature: str | None
    """Null: every feature."""
    route: str | None
    """Null: every route."""
    model: str | None
    """Null: every model."""
    period: str
    """day, week or month, in UTC"""
    period_start: Instant
    """Included."""
    period_until: Instant
    """Excluded."""
    amount_usd: Usd
    """What may be spent in the period."""
    planned_usd: Usd
    """What would be spent by now if it went evenly."""
    spent_usd: Usd | None
    """Exact sum of the priced ledger lines; null when there are lines and none has a price."""
    remaining_usd: Usd | None
    """amount - spent, negative when overspent."""
    burn: float | None
    """spent / planned: healthy spend burns near 1."""
    projected_usd: Usd | None
    """At the end of the period, if it goes on as it went so far."""
    exhausted_at: Instant | None
    """When the amount is gone if it goes on as it went so far; null when it lasts the period."""
    unpriced_lines: int
    """Ledger lines without a price: with any, spend is a lower bound."""
    status: str
    """within_plan, over_plan, exhausted or unknown"""


class BudgetAnswer(Answer):
    """Every spend budget."""

    evaluated_at: Instant
    """Spend counts up to here."""
    budgets: tuple[Spend, ...]
    """In the order of the configuration."""
    next: str | None
    """Always null: there is one page."""


def budget_answer(store: Store, budgets: Sequence[SpendBudget], now_ns: int) -> BudgetAnswer:
    """Hold every spend budget against its plan now."""
    spends = tuple(_spend(store, budget, now_ns) for budget in budgets)
    return BudgetAnswer(evaluated_at=now_ns, budgets=spends, next=None)


def period_of(period: Period, at: datetime) -> tuple[datetime, datetime]:
    """Find the calendar period that holds an instant: its start, and the start of the one after it."""
    day = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    if period is Period.DAY:
        return day, day + timedelta(days=1)
    if period is Period.WEEK:
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=7)
    first = day.replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1)


def _spend(store: Store, budget: SpendBudget, now_ns: int) -> Spend:
    starts_at, ends_at = period_of(budget.period, _EPOCH + timedelta(seconds=now_ns // NS_PER_S))
    start_ns, until_ns = _ns(starts_at), _ns(ends_at)
    elapsed_ns = max(1, now_ns - start_ns)
    scope = {name: getattr(budget, name) for name in ("tenant", "team", "feature", "route", "model")}
    totals = cost(store, CostParams(start=start_ns, until=start_ns + elapsed_ns, **scope), now_ns).totals
    spent = _spent(totals)
    planned = _times(budget.amount_usd, elapsed_ns, until_ns - start_ns)
    return Spend(
        name=budget.name,
        **scope,
        period=budget.period,
        period_start=start_ns,
        period_until=until_ns,
        amount_usd=budget.amount_usd,
        planned_usd=planned,
        spent_usd=spent,
        remaining_usd=None if spent is None else budget.amount_usd - spent,
        burn=None if spent is None or not planned else float(spent / planned),
        projected_usd=None if spent is None else _times(spent, until_ns - start_ns, elapsed_ns),
        exhausted_at=_exhausted_at(budget.amount_usd, spent, start_ns, until_ns, elapsed_ns),
        unpriced_lines=totals.coverage.unpriced_lines,
        status=_status(budget.amount_usd, spent, planned),
    )


def _spent(totals: CostSums) -> Decimal | None:
    """Say zero only when there was nothing to bill."""
    return Decimal(0) if not totals.coverage.lines else totals.cost_usd


def _times(amount: Decimal, numerator: int, denominator: int) -> Decimal:
    with localcontext(prec=60):
        return (amount * numerator / denominator).quantize(_PLACES)


def _exhausted_at(amount: Decimal, spent: Decimal | None, start_ns: int, until_ns: int, elapsed_ns: int) -> int | None:
    if not spent:
        return None
    gone_ns = start_ns + int(amount * elapsed_ns / spent)
    return gone_ns if gone_ns < until_ns else None


def _status(amount: Decimal, spent: Decimal | None, planned: Decimal) -> str:
    if spent is None:
        return "unknown"
    if spent >= amount:
        return "exhausted"
    return "over_plan" if spent > planned else "within_plan"


def _ns(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(seconds=1) * NS_PER_S
