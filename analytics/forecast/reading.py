"""A figure as it went, read from the roll-ups in quarters of an hour; what is read counts late spans too.

A budget is read by the scope of its own spend, filters by those of ``/v1/cost``: the sums are the ones shown there.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

import numpy as np

from analytics.cost import CostScope, bounds
from analytics.forecast.course import QUARTER_NS, Amounts
from analytics.notation import NS_PER_MINUTE
from analytics.questions import BadParameter, Window
from analytics.series import INPUT_CLASSES, OUTPUT_CLASSES
from analytics.spending.budget import SpendBudget
from analytics.spending.series import Asked, Series, spend_series
from collector.store import Store, queries_of

_QUERIES = queries_of("analytics")
_NO_SPLIT: Mapping[str, object] = {"by": None, "step_ns": QUARTER_NS}


class Figure(StrEnum):
    """What is forecast."""

    COST_USD = "cost_usd"
    REQUESTS = "requests"
    INPUT_TOKENS = "input_tokens"
    OUTPUT_TOKENS = "output_tokens"


@dataclass(frozen=True, slots=True)
class Read:
    """A figure in a window of time."""

    amounts: Amounts
    exact: tuple[Decimal, ...]
    """The same, not rounded: what is added up where an amount is answered."""
    lines: int = 0
    unpriced_lines: int = 0

    def between(self, start_ns: int, until_ns: int) -> Decimal:
        """The exact sum of the quarters that begin in a half-open window."""
        first, last = np.searchsorted(self.amounts.at_ns, (start_ns, until_ns))
        return sum(self.exact[first:last], Decimal(0))

    def joined(self, later: "Read") -> "Read":
        """Put what came later behind this."""
        amounts = Amounts(
            np.concatenate((self.amounts.at_ns, later.amounts.at_ns)),
            np.concatenate((self.amounts.values, later.amounts.values)),
        )
        return Read(
            amounts,
            (*self.exact, *later.exact),
            self.lines + later.lines,
            self.unpriced_lines + later.unpriced_lines,
        )


def read_scope(store: Store, scope: CostScope, figure: Figure, window: Window) -> Read:
    """Read what filters let through; raises BadParameter where requests cannot be told by them."""
    if figure is Figure.REQUESTS:
        if not scope.counts_requests(()):
            raise BadParameter(
                "figure", figure, "be another one: a provider or model has calls, a request may have several"
            )
        return _requests(store, scope, window)
    classes = {"input_classes": [*map(str, INPUT_CLASSES)], "output_classes": [*map(str, OUTPUT_CLASSES)]}
    asked = {**scope.attribution(), **bounds(window), **_NO_SPLIT, **scope.lines(), **classes, "top": 1}
    rows = sorted(store.run(_QUERIES["series_lines"], asked).to_pylist(), key=lambda row: row["step"])
    found = _read((row["step"], row[figure]) for row in rows)
    return Read(found.amounts, found.exact, *(sum(row[name] for row in rows) for name in ("lines", "unpriced_lines")))


def read_budgets(store: Store, budgets: Sequence[SpendBudget], window: Window) -> list[Read]:
    """Read the spend of budgets, all with one question."""
    until_ns = -(-window.until_ns // NS_PER_MINUTE) * NS_PER_MINUTE
    asked = [Asked(budget, window.start_ns, until_ns) for budget in budgets]
    return [_of_series(one) for one in spend_series(store, asked, (window.start_ns, until_ns), QUARTER_NS).series]


def _requests(store: Store, scope: CostScope, window: Window) -> Read:
    asked = {**scope.attribution(), **bounds(window), **_NO_SPLIT, "shown": [], "shows_none": True, "room": 0}
    rows = store.run(_QUERIES["series_requests"], asked).to_pylist()
    return _read(sorted((row["step"], row["requests"]) for row in rows))


def _of_series(series: Series) -> Read:
    steps = list(series.steps())
    found = _read((at_ns // QUARTER_NS, sums.cost_usd) for at_ns, sums in steps)
    whole = series.running[-1]
    return Read(found.amounts, found.exact, whole.lines, whole.unpriced_lines)


def _read(rows: Iterable[tuple[int, Decimal | int | None]]) -> Read:
    known = [(step, Decimal(amount)) for step, amount in rows if amount is not None]
    at_ns = np.array([step * QUARTER_NS for step, _ in known], dtype=np.int64)
    values = np.array([float(amount) for _, amount in known], dtype=np.float64)
    return Read(Amounts(at_ns, values), tuple(amount for _, amount in known))
