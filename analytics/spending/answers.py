"""What ``/v1/budgets`` says: each spend budget in its current period, against its plan."""

from collections.abc import Mapping, Sequence
from typing import Any

from analytics.forecast.forecasts import Found, spend_of
from analytics.forecast.outlook import Outlook, Refused
from analytics.notation import Instant, Usd
from analytics.request_shapes import Answer
from analytics.spending.budget import SCOPE
from analytics.spending.events import Gap, gaps
from analytics.spending.overrun import overrun
from analytics.spending.position import NOTHING, Position
from analytics.spending.spending import Spending


class Spend(Answer):
    """One spend budget in its current period."""

    name: str
    """As configured."""
    owner: str | None
    """Who is asked when the money runs out."""
    tenant: str | None
    """Null: every tenant."""
    team: str | None
    """Null: every team."""
    feature: str | None
    """Null: every feature."""
    route: str | None
    """Null: every route."""
    tier: str | None
    """Null: every tier."""
    environment: str | None
    """Null: every environment."""
    cost_center: str | None
    """Null: every cost center."""
    project: str | None
    """Null: every project."""
    provider: str | None
    """Null: every provider."""
    model: str | None
    """Null: every model."""
    period: str
    """day, week, month, quarter or year, in the zone"""
    zone: str
    """IANA time zone of the period's edges."""
    period_start: Instant
    """Included."""
    period_until: Instant
    """Excluded."""
    amount_usd: Usd
    """What may be spent in the period."""
    plan_kind: str
    """even, or history: along the weekdays and hours of the weeks before"""
    plan_weeks: int | None
    """Weeks of history the plan is made of; null for an even plan."""
    plan_fallback: str | None
    """Why the plan is even although history was asked for."""
    planned_usd: Usd
    """What would be spent by now if spend followed the plan."""
    spent_usd: Usd | None
    """Exact sum of the priced ledger lines; null when there are lines and none has a price."""
    remaining_usd: Usd | None
    """amount - spent, negative when overspent."""
    reserved_usd: Usd
    """What callers have reserved: held + settled."""
    held_usd: Usd
    """Of these: neither settled, released nor expired."""
    settled_usd: Usd
    """Of these: settled, and its cost not in the ledger yet."""
    available_usd: Usd
    """amount - spent - reserved: what the next reservation may take."""
    overrun_usd: Usd
    """What calls of the period cost above what was reserved for them."""
    unseen_usd: Usd
    """What calls of the period were settled for, and never came to the ledger."""
    level: str | None
    """The highest level that spent + reserved has reached; null below the first."""
    burn: float | None
    """spent / planned: healthy spend burns near 1."""
    variance_ratio: float | None
    """(spent - planned) / planned"""
    projected_usd: Usd | None
    """At the end of the period, if the rest goes as the plan at the pace so far."""
    projected_low_usd: Usd | None
    """The same, had the rest the spend of the quietest week of the history; null without one."""
    projected_high_usd: Usd | None
    """The same, had the rest the spend of the busiest week of the history; null without one."""
    overrun_probability: float | None
    """That the period ends above its amount; null where neither forecast nor history tell."""
    overrun_basis: str | None
    """forecast: by its errors before (`/v1/forecast`); plan: by how the weeks of the plan differed; null: unknown"""
    forecast_usd: Usd | None
    """At the end of the period, by the forecast; null without one."""
    forecast_low_usd: Usd | None
    """One period in ten ends below."""
    forecast_high_usd: Usd | None
    """One period in ten ends above."""
    exhausted_at: Instant | None
    """When the amount was gone, to a quarter of an hour, or is gone if it goes on as it went so far; null when it lasts
    the period."""
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


def budget_answer(spending: Spending, now_ns: int) -> BudgetAnswer:
    """Hold every spend budget against its plan now."""
    positions = spending.positions(now_ns)
    missed = gaps(spending.store, min((p.period.start_ns for p in positions), default=now_ns))
    periods = [spend_of(one.budget, one.period.start_ns, one.period.until_ns) for one in positions]
    forecasts = spending.forecasts.of_all(periods, now_ns)
    spends = tuple(_spend(one, missed, found) for one, found in zip(positions, forecasts, strict=True))
    return BudgetAnswer(evaluated_at=now_ns, budgets=spends, next=None)


def _spend(position: Position, missed: Sequence[Gap], found: Found) -> Spend:
    budget, spent = position.budget, position.spent_usd
    return Spend(
        name=budget.name,
        owner=budget.owner,
        **{word: getattr(budget, word) for word in SCOPE},
        period=budget.period,
        zone=budget.zone,
        period_start=position.period.start_ns,
        period_until=position.period.until_ns,
        amount_usd=budget.amount_usd,
        **_plan(position),
        planned_usd=position.planned_usd,
        spent_usd=spent,
        remaining_usd=None if spent is None else budget.amount_usd - spent,
        reserved_usd=position.reserved.usd,
        held_usd=position.reserved.held_usd,
        settled_usd=position.reserved.settled_usd,
        available_usd=position.available_usd,
        **_missed(position, missed),
        level=budget.level(position.committed_usd),
        burn=position.burn,
        variance_ratio=position.variance_ratio,
        projected_usd=position.projected_usd,
        **_range(position),
        **_end(position, found.outlook()),
        exhausted_at=found.gone_ns(budget.amount_usd) or position.exhausted_at_ns,
        unpriced_lines=position.sums.unpriced_lines,
        status=position.status,
    )


def _plan(position: Position) -> Mapping[str, Any]:
    found = position.period.pattern
    return {
        "plan_kind": "even" if found is None else "history",
        "plan_weeks": None if found is None else found.weeks,
        "plan_fallback": position.period.fallback,
    }


def _end(position: Position, view: Outlook | Refused) -> Mapping[str, Any]:
    found = overrun(position, view)
    low, expected, high = found.ends_usd or (None, None, None)
    return {
        "overrun_probability": found.probability,
        "overrun_basis": found.basis,
        "forecast_usd": expected,
        "forecast_low_usd": low,
        "forecast_high_usd": high,
    }


def _range(position: Position) -> Mapping[str, Any]:
    low, high = position.projected_range_usd or (None, None)
    return {"projected_low_usd": low, "projected_high_usd": high}


def _missed(position: Position, missed: Sequence[Gap]) -> Mapping[str, Any]:
    mine = [gap for gap in missed if gap.at_ns >= position.period.start_ns and position.budget.covers(gap.words)]
    return {
        "overrun_usd": sum((gap.overrun_usd for gap in mine), NOTHING),
        "unseen_usd": sum((gap.unseen_usd for gap in mine), NOTHING),
    }
