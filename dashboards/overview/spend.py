"""What the UTC day and month have cost so far, by the ledger's lines."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from analytics.answering import Clock
from analytics.cost import SpendTotal, spend_total
from analytics.notation import NS_PER_S
from analytics.periods import Period, period_of
from analytics.questions import Window
from analytics.sharing import Shared
from analytics.slo.burn import nanoseconds
from collector.store import Store
from dashboards.overview.shapes import PeriodSpend

EARLIER_FRESH_NS = 30 * NS_PER_S
"""The days before today only change by late spans and new prices; summing them takes a tenth of a second of ten million
spans, and every page on the overview asks."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Asked(NamedTuple):
    """Whose spend, from when until when."""

    tenant: str | None
    route: str | None
    start_ns: int
    until_ns: int


@dataclass(slots=True)
class SpendSoFar:
    """Today is summed at every question, the days before it at most every half minute."""

    store: Store
    now: Clock
    _earlier: Callable[[Asked], SpendTotal] = field(init=False)

    def __post_init__(self) -> None:
        self._earlier = Shared[Asked, SpendTotal](lambda asked, _: self._summed(asked), self.now, EARLIER_FRESH_NS)

    def periods(self, tenant: str | None, route: str | None, now_ns: int) -> tuple[PeriodSpend, PeriodSpend]:
        """Sum the day and the month that hold an instant, up to it."""
        at = _EPOCH + timedelta(microseconds=now_ns // 1_000)
        day_ns, month_ns = (nanoseconds(period_of(period, at)[0]) for period in (Period.DAY, Period.MONTH))
        today = self._summed(Asked(tenant, route, day_ns, max(now_ns, day_ns + 1)))
        earlier = self._earlier(Asked(tenant, route, month_ns, day_ns)) if month_ns < day_ns else SpendTotal(None, 0)
        return _period(day_ns, today), _period(month_ns, _together(earlier, today))

    def _summed(self, asked: Asked) -> SpendTotal:
        return spend_total(self.store, Window(asked.start_ns, asked.until_ns), asked.tenant, asked.route)


def _together(earlier: SpendTotal, today: SpendTotal) -> SpendTotal:
    known = [sums.cost_usd for sums in (earlier, today) if sums.cost_usd is not None]
    return SpendTotal(sum(known, Decimal(0)) if known else None, earlier.unpriced_lines + today.unpriced_lines)


def _period(start_ns: int, sums: SpendTotal) -> PeriodSpend:
    return PeriodSpend(start=start_ns, cost_usd=sums.cost_usd, unpriced_lines=sums.unpriced_lines)
