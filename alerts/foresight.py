"""Where every spend budget will end, by its forecast, looked at once a minute beside the watch.

The watch decides every second and a forecast that reads history anew takes a second of CPU for twenty budgets, so it
has a thread of its own; a scrape and an alert take what was found last.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from analytics.answering import Clock
from analytics.forecast.forecasts import Found, spend_of
from analytics.forecast.outlook import Outlook, Refused
from analytics.repeating import Repeating
from analytics.spending.overrun import overrun
from analytics.spending.position import Position
from analytics.spending.spending import Spending


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What is expected of one budget at the end of its period; None is unknown."""

    low_usd: Decimal | None
    """One period in ten ends below."""
    expected_usd: Decimal | None
    high_usd: Decimal | None
    """One period in ten ends above."""
    overrun_probability: float | None
    exhausted_ns: int | None
    """When the amount is, or was, gone; None: it lasts, or nobody knows."""


@dataclass(slots=True)
class Foresight:
    """One for a server."""

    spending: Spending
    now: Clock
    thread: Repeating = field(init=False)
    latest: Mapping[str, Foreseen] = field(default_factory=dict)
    """By budget, of the last look."""
    looked_ns: int | None = None
    """When that was; None: not yet."""

    def __post_init__(self) -> None:
        self.thread = Repeating("foresight", self.look)

    def look(self) -> Mapping[str, Foreseen]:
        """Forecast every budget."""
        now_ns = self.now()
        positions = self.spending.positions(now_ns)
        subjects = [spend_of(one.budget, one.period.start_ns, one.period.until_ns) for one in positions]
        found = self.spending.forecasts.of_all(subjects, now_ns)
        told = zip(positions, found, strict=True)
        self.latest = {one.budget.name: foreseen(one, ahead) for one, ahead in told}
        self.looked_ns = now_ns
        return self.latest


def foreseen(position: Position, ahead: Found) -> Foreseen:
    """What a forecast says of a budget; without one, what its plan says."""
    view = ahead.outlook()
    found = overrun(position, view)
    low, expected, high = found.ends_usd or (None, None, None)
    gone_ns = ahead.gone_ns(position.budget.amount_usd) or _exhausted_ns(position, view)
    return Foreseen(low, expected, high, found.probability, gone_ns)


def _exhausted_ns(position: Position, view: Outlook | Refused) -> int | None:
    """By the forecast, and without one by the pace so far."""
    spent, amount = position.spent_usd, position.budget.amount_usd
    if isinstance(view, Refused) or spent is None or spent >= amount:
        return position.exhausted_at_ns
    return view.gone(float(amount - spent)).expected_ns
