"""Money as the ledger says it, for ``/metrics``: gauges of the UTC day and month, decimals rounded once to a float."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from analytics.totals import period_costs
from collector.store import Store
from dashboards.metrics.capping import Caps
from dashboards.metrics.families import Labels, Samples


def period_samples(store: Store, caps: Caps, at: datetime) -> Iterator[tuple[str, Samples]]:
    """Costs by tenant; values of capped tenants are added before they are rounded."""
    costs = period_costs(store, at)
    sums: dict[Labels, Decimal] = {}
    for one in costs:
        tenant = caps.value("tenant", one.tenant or "")
        for period, usd in (("day", one.day_usd), ("month", one.month_usd)):
            sums[period, tenant] = sums.get((period, tenant), Decimal(0)) + usd
    yield "burnline_period_cost_usd", [(labels, float(usd)) for labels, usd in sums.items()]
    unpriced = {
        "day": sum(one.day_unpriced_lines for one in costs),
        "month": sum(one.month_unpriced_lines for one in costs),
    }
    yield "burnline_period_unpriced_lines", [((period,), float(lines)) for period, lines in unpriced.items()]
