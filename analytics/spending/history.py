"""How the money of one budget went: spend so far and plan, step by step over its period, also the part still to come.

Rows are at the ends of steps. What is spent by then is exact at whole minutes; the row of now says what ``/v1/budgets``
says. After now there is a plan and no spend.
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from pydantic import BaseModel, ConfigDict, Field

from analytics.notation import NS_PER_MINUTE, NS_PER_S, Instant, Usd
from analytics.questions import NotFound, Window
from analytics.request_shapes import Answer
from analytics.spending.position import Position, Sums, usd
from analytics.spending.series import Asked, Series, spend_series
from analytics.spending.spending import Spending
from analytics.steps import STEP_TEXT, ends, step_for


class SpendHistoryParams(BaseModel):
    """In which steps."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    step_s: int | None = Field(None, ge=60, multiple_of=60, description=STEP_TEXT)


class SpendRow(Answer):
    """A budget at one instant of its period."""

    at: Instant
    """Everything before it counts."""
    spent_usd: Usd | None
    """Of the priced lines since the period began; null after now, and where there are lines and none has a price."""
    planned_usd: Usd
    """What the plan has spent by then, to the millionth."""
    unpriced_lines: int | None
    """Ledger lines without a price since the period began: above 0 more was spent than is said; null after now."""


class SpendHistory(Answer):
    """Spend against plan over one period."""

    name: str
    """The budget, as configured."""
    amount_usd: Usd
    """What may be spent in the period."""
    start: Instant
    """Start of the period."""
    until: Instant
    """Its end."""
    evaluated_at: Instant
    """Now: one row is here."""
    step_s: int
    """Seconds between rows."""
    rows: tuple[SpendRow, ...]
    """Oldest first, the last one at the end of the period."""
    next: str | None
    """Always null: there is one page."""


def spend_history(spending: Spending, name: str, params: SpendHistoryParams, now_ns: int) -> SpendHistory:
    """Answer spend and plan of a budget's current period; raises NotFound for a budget that is not configured."""
    positions = spending.positions(now_ns)
    position = next((one for one in positions if one.budget.name == name), None)
    if position is None:
        known = ", ".join(one.budget.name for one in positions) or "none"
        raise NotFound(f"no budget is called {name!r}; configured are: {known}")
    period = Window(position.period.start_ns, position.period.until_ns)
    step_ns = step_for(period, params.step_s)
    return SpendHistory(
        name=name,
        amount_usd=position.budget.amount_usd,
        start=period.start_ns,
        until=period.until_ns,
        evaluated_at=now_ns,
        step_s=step_ns // NS_PER_S,
        rows=tuple(_rows(position, _spent(spending, position, step_ns), ends(period, step_ns))),
        next=None,
    )


def _spent(spending: Spending, position: Position, step_ns: int) -> Series:
    """Sums of the period's whole minutes, in steps."""
    start_ns, now_ns = position.period.start_ns, position.at_ns // NS_PER_MINUTE * NS_PER_MINUTE
    if now_ns <= start_ns:
        return Series()
    asked = Asked(position.budget, start_ns, now_ns)
    return spend_series(spending.store, [asked], (start_ns, now_ns), step_ns).series[0]


def _rows(position: Position, spent: Series, places: Sequence[int]) -> Sequence[SpendRow]:
    now_ns = position.at_ns
    past = [_row(position, at, spent.between(0, at)) for at in places if at < now_ns]
    return [
        *past,
        _row(position, now_ns, position.sums),
        *(_row(position, at, None) for at in places if at > now_ns),
    ]


def _row(position: Position, at_ns: int, sums: Sums | None) -> SpendRow:
    planned = Fraction(position.budget.amount_usd) * position.period.curve.share(at_ns)
    return SpendRow(
        at=at_ns,
        spent_usd=_known(sums),
        planned_usd=usd(planned),
        unpriced_lines=None if sums is None else sums.unpriced_lines,
    )


def _known(sums: Sums | None) -> Decimal | None:
    return None if sums is None else sums.spent_usd
