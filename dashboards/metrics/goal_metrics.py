"""The samples on ``/metrics`` that rules about objectives and spend budgets read.

The rules and the names are tables of :mod:`analytics.slo.rules`; here their values are gathered at a scrape.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from analytics.notation import NS_PER_S
from analytics.slo.kinds import Unit
from analytics.slo.objective import Objective
from analytics.slo.rules.counters import COUNTERS, WEIGHT_SQUARES
from analytics.slo.rules.promql import duration
from analytics.slo.rules.spend import ABOVE_PLAN, AMOUNT, BURN, GAUGES, SPEND_ROWS, SPENT
from analytics.slo.rules.totals import objective_totals
from analytics.spending.pace import Look
from analytics.spending.spending import Spending
from collector.store import Store

Sample = tuple[tuple[str, ...], float]
_WINDOWS_S = sorted({length_s for row in SPEND_ROWS for length_s in (row.long_s, row.short_s)})


def counter_samples(store: Store, objectives: Sequence[Objective]) -> Iterator[tuple[str, list[Sample]]]:
    """Every counter about objectives, with one sample for each budget that is kept."""
    found = list(objective_totals(store, objectives))
    for counter in COUNTERS:
        told = [one for one in found if counter is not WEIGHT_SQUARES or one.objective.unit is Unit.MEASURE]
        yield counter.name, [(one.labels, one.sums[counter.column]) for one in told]


def spend_samples(spending: Spending | None, now_ns: int) -> Iterator[tuple[str, list[Sample]]]:
    """Every gauge about spend budgets; what is unknown has no sample."""
    looks = () if spending is None else spending.looks(now_ns)
    found: dict[str, list[Sample]] = {gauge.name: [] for gauge in GAUGES}
    for look in looks:
        for name, labels, value in (*_standing(look), *_in_windows(look)):
            if value is not None:
                found[name].append((labels, value))
    yield from found.items()


def _standing(look: Look) -> Iterator[tuple[str, tuple[str, ...], float | None]]:
    budget, spent = look.position.budget, look.position.spent_usd
    yield AMOUNT.name, (budget.name,), float(budget.amount_usd)
    yield SPENT.name, (budget.name,), None if spent is None else float(spent)


def _in_windows(look: Look) -> Iterator[tuple[str, tuple[str, ...], float | None]]:
    for length_s in _WINDOWS_S:
        labels = (look.position.budget.name, duration(length_s))
        start_ns, sums = look.window(round(length_s * NS_PER_S))
        spent = Fraction(sums.cost_usd)
        yield BURN.name, labels, look.burn(start_ns, spent)
        yield ABOVE_PLAN.name, labels, float(spent - look.planned(start_ns))
