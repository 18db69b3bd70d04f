"""A figure as it went, read from the roll-ups in quarters of an hour; what is read counts late spans too.

A budget is read by the scope of its own spend, filters by those of ``/v1/cost``: the sums are the ones shown there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analytics.cost import CostScope, bounds
from analytics.forecast.course import QUARTER_NS, Amounts
from analytics.notation import NS_PER_MINUTE
from analytics.questions import BadParameter, Window
from analytics.series import INPUT_CLASSES, OUTPUT_CLASSES
from analytics.spending.budget import SpendBudget
from analytics.spending.series import Asked, spend_steps
from collector.store import Store, queries_of

_QUERIES = queries_of("analytics")
_EXACT = pa.decimal128(38, 15)
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
    exact: pa.ChunkedArray
    """The same as decimals: what is added up where an amount is answered."""
    lines: int = 0
    unpriced_lines: int = 0

    def between(self, start_ns: int, until_ns: int) -> Decimal:
        """The exact sum of the quarters that begin in a half-open window."""
        first, last = (int(place) for place in np.searchsorted(self.amounts.at_ns, (start_ns, until_ns)))
        found: Decimal | None = pc.sum(self.exact.slice(first, max(last - first, 0))).as_py()
        return found or Decimal(0)

    def reached_ns(self, start_ns: int, amount: Decimal) -> int | None:
        """The end of the quarter in which the sum since then reaches an amount; None while it is below."""
        first = int(np.searchsorted(self.amounts.at_ns, start_ns))
        places = np.flatnonzero(np.cumsum(self.amounts.values[first:]) >= float(amount))
        return int(self.amounts.at_ns[first + places[0]]) + QUARTER_NS if len(places) else None

    def joined(self, later: "Read") -> "Read":
        """Put what came later behind this."""
        amounts = Amounts(
            np.concatenate((self.amounts.at_ns, later.amounts.at_ns)),
            np.concatenate((self.amounts.values, later.amounts.values)),
        )
        return Read(
            amounts,
            pa.chunked_array([*self.exact.chunks, *later.exact.chunks], _EXACT),
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
    return _read(store.run(_QUERIES["series_lines"], asked).sort_by("step"), figure)


def read_budgets(store: Store, budgets: Sequence[SpendBudget], window: Window) -> list[Read]:
    """Read the spend of budgets, all with one question."""
    until_ns = -(-window.until_ns // NS_PER_MINUTE) * NS_PER_MINUTE
    asked = [Asked(budget, window.start_ns, until_ns) for budget in budgets]
    found = spend_steps(store, asked, (window.start_ns, until_ns), QUARTER_NS)
    steps = (one.append_column("step", pc.divide(one["at_ns"], QUARTER_NS)) for one in found)
    return [_read(one, Figure.COST_USD) for one in steps]


def _requests(store: Store, scope: CostScope, window: Window) -> Read:
    asked = {**scope.attribution(), **bounds(window), **_NO_SPLIT, "shown": [], "shows_none": True, "room": 0}
    return _read(store.run(_QUERIES["series_requests"], asked).sort_by("step"), Figure.REQUESTS)


def _read(steps: pa.Table, figure: Figure) -> Read:
    """Take a figure out of rows by step, in order; what nobody knows is left out."""
    lines, unpriced = (_whole(steps, name) for name in ("lines", "unpriced_lines"))
    known = steps.filter(pc.is_valid(steps[figure]))
    at_ns = known["step"].to_numpy().astype(np.int64) * QUARTER_NS
    exact = known[figure].cast(_EXACT)
    return Read(Amounts(at_ns, exact.cast(pa.float64()).to_numpy()), exact, lines, unpriced)


def _whole(steps: pa.Table, name: str) -> int:
    """The sum of a column of whole numbers, 0 where there is none."""
    return 0 if name not in steps.column_names else pc.sum(steps[name]).as_py() or 0
