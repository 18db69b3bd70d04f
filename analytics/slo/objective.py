"""Objectives: which requests are good, how many of them have to be, and over which windows that is watched.

What counts. A request is judged once it is complete, and counts in the minute in which it ended.

    availability   good when its status is ok
    latency        good when it is ok and took at most the threshold; bad when it took longer, whatever its status
    cost           good when its answer cost at most the ceiling

Some requests say nothing and are left out, as neither good nor bad:

- For latency, a failure within the threshold. Counted as good, fast errors would hide slow answers; counted as bad, one
  failure would spend two budgets. A failure after the threshold stays in, or timeouts would make a route look fast.
- For cost, what has no price or no usage: unpriced is not free. A partly priced answer that already exceeds the ceiling
  is bad for certain; one that does not is unknown. An answer without any model call cost nothing, and that is known.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

import pyarrow as pa

from analytics.slo.windows import WORKBOOK_WINDOWS, Window, factor, highest_share, impossible

COST_TYPE = pa.decimal128(38, 15)
OBJECTIVE_COLUMNS = pa.schema(
    [
        ("objective_id", pa.uint64()),
        ("name", pa.string()),
        ("sli", pa.string()),
        ("tenant", pa.string()),
        ("team", pa.string()),
        ("feature", pa.string()),
        ("route", pa.string()),
        ("threshold_ms", pa.float64()),
        ("ceiling_usd", COST_TYPE),
    ]
)


class Sli(StrEnum):
    """What is measured about a request."""

    AVAILABILITY = "availability"
    LATENCY = "latency"
    COST = "cost"


@dataclass(frozen=True, slots=True)
class Objective:
    """One entry of the section ``objectives``: a promise about a share of requests.

    >>> answers = Objective("answers", Sli.AVAILABILITY, target=0.995, route="answer")
    >>> stricter = Objective("answers", Sli.AVAILABILITY, target=0.999, route="answer")
    >>> answers.objective_id == stricter.objective_id  # the same requests are good, whatever the target
    True
    """

    name: str
    """Unique name, as shown on dashboards and in decisions."""
    sli: Sli
    """What is measured: availability, latency or cost."""
    target: float
    """Share of requests that has to be good, a ratio between 0 and 1."""
    tenant: str | None = None
    """Only this tenant's requests; nothing means every tenant."""
    team: str | None = None
    """Only this team's requests."""
    feature: str | None = None
    """Only this feature's requests."""
    route: str | None = None
    """Only requests on this route."""
    threshold_ms: float | None = None
    """For latency: the longest good duration of a request, in milliseconds."""
    ceiling_usd: Decimal | None = None
    """For cost: the highest good cost of one answer, in US dollars."""
    period_s: float = 28 * 86400.0
    """Rolling period of the error budget. 28 days hold four of each weekday."""
    windows: tuple[Window, ...] = WORKBOOK_WINDOWS
    """Windows that watch the burn; burn-rate factors are derived from share, window and period."""

    def __post_init__(self) -> None:
        if not self.name:
            raise ValueError("name is empty; expected a name that is unique among the objectives")
        if not 0 < self.target < 1:
            raise ValueError(
                f"target is {self.target}; expected a ratio between 0 and 1, for instance 0.995 for 99.5 %"
            )
        _require_only("threshold_ms", self.threshold_ms, Sli.LATENCY, self.sli)
        _require_only("ceiling_usd", self.ceiling_usd, Sli.COST, self.sli)
        if self.ceiling_usd is not None and self.ceiling_usd != round(self.ceiling_usd, COST_TYPE.scale):
            raise ValueError(f"ceiling_usd is {self.ceiling_usd}; expected at most {COST_TYPE.scale} decimal places")
        if not self.windows:
            raise ValueError("windows is empty; expected at least one row, or no such key for the default table")
        for window in self.windows:
            self._require_possible(window)

    @property
    def objective_id(self) -> int:
        """64-bit hash of all that decides whether a request is good: SLI, scope and limit, not the target."""
        ceiling = None if self.ceiling_usd is None else str(self.ceiling_usd.normalize())
        limits = [None if self.threshold_ms is None else float(self.threshold_ms), ceiling]
        decides = [self.sli, self.tenant, self.team, self.feature, self.route, *limits]
        return int.from_bytes(hashlib.sha256(json.dumps(decides).encode()).digest()[:8], "big")

    def factor(self, window: Window) -> float:
        """Burn rate above which a window of this objective fires."""
        return factor(window, self.period_s)

    def _require_possible(self, window: Window) -> None:
        if window.long_s > self.period_s:
            raise ValueError(f"period_s is {self.period_s}; expected at least the long window of {window.long_s} s")
        burn = self.factor(window)
        if impossible(burn, self.target):
            share, most = highest_share(window, self.period_s, self.target), 1 / (1 - self.target)
            raise ValueError(
                f"windows: {window.budget_share} of the budget within {window.long_s:g} s is a burn of {burn:.4g}, "
                f"but at a target of {self.target} no burn exceeds {most:.4g}, even if every request is bad: this row "
                f"could never fire. A budget_share of {share:.4g} fires at 90 % bad requests"
            )


def objective_table(objectives: Sequence[Objective]) -> pa.Table:
    """The definitions as rows of the table ``objectives``; the same definition under two names is one row."""
    distinct = {objective.objective_id: objective for objective in reversed(objectives)}
    rows = [{name: getattr(objective, name) for name in OBJECTIVE_COLUMNS.names} for objective in distinct.values()]
    return pa.Table.from_pylist(rows, schema=OBJECTIVE_COLUMNS)


def _require_only(name: str, value: float | Decimal | None, needed_by: Sli, sli: Sli) -> None:
    if sli is needed_by and (value is None or value <= 0):
        found = f"{name} is {value}" if value is not None else f"{name} is missing"
        raise ValueError(f"{found}; expected a limit above 0 for an objective about {needed_by}")
    if sli is not needed_by and value is not None:
        raise ValueError(f"{name} is {value}; expected none: an objective about {sli} has no such limit")
