"""One objective as its rules see it: the labels its series carry, and what they are called.

Names and labels are those of Sloth, so that dashboards made for Sloth show objectives of ours. Sums of events, which
Sloth does not record, have names of ours.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from analytics.links import Links
from analytics.slo.evidence import Gate
from analytics.slo.kinds import Budgeting, Unit
from analytics.slo.objective import Objective
from analytics.slo.rules.counters import IDENTITY, CounterName, definition
from analytics.slo.rules.promql import duration, number, selector
from analytics.slo.windows import Window, impossible

SERVICE = "burnline"
"""The service of an objective that names none."""
DASHBOARD_WINDOWS_S = (300.0, 1800.0, 3600.0, 7200.0, 21600.0, 86400.0, 259200.0)
"""Windows that dashboards made for Sloth read; recorded beside the objective's own."""


SLICE_RATIO = "burnline:objective_slice:error_ratio"
"""What we call the error ratio of the last slice of time; of slices that are good or bad, 0 or 1."""


class Counting(Enum):
    """What is counted in a window, and what we call it."""

    EVENTS = "burnline:objective_events:increase"
    BAD_EVENTS = "burnline:objective_bad_events:increase"
    EFFECTIVE = "burnline:objective_effective_events:increase"
    SLICES = "burnline:objective_slices:count"

    def series(self, window_s: float) -> str:
        """The recorded name for one window.

        >>> Counting.EVENTS.series(3600)
        'burnline:objective_events:increase1h'
        """
        return f"{self.value}{duration(window_s)}"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the window table that can fire."""

    window: Window
    factor: float
    """Burn above which it fires."""

    def ratio(self, objective: Objective) -> float:
        """The error ratio of that burn."""
        return self.factor * (1 - objective.target)


@dataclass(frozen=True, slots=True)
class Watch:
    """An objective with the gate its alerts ask, and the console they lead to."""

    objective: Objective
    gate: Gate
    links: Links = field(default_factory=Links)

    @property
    def labels(self) -> Mapping[str, str]:
        """What every series of the objective carries."""
        service = self.objective.service or SERVICE
        name = self.objective.name
        return {"sloth_id": f"{service}-{name}", "sloth_service": service, "sloth_slo": name}

    @property
    def budget(self) -> str:
        """Share of events that may be bad, worked out by PromQL as by us."""
        return f"(1 - {number(self.objective.target)})"

    @property
    def windows_s(self) -> list[float]:
        """Every window that is recorded but the period, shortest first."""
        own = (s for row in self.rows() for s in (row.window.long_s, row.window.short_s))
        period_s, slice_s = self.objective.period_s, self.slice_s or 0.0
        return sorted(s for s in {*own, *DASHBOARD_WINDOWS_S} if slice_s <= s < period_s)

    @property
    def slice_s(self) -> float | None:
        """Length of a slice of time; None where events are counted."""
        return None if self.objective.budgeting is Budgeting.OCCURRENCES else self.objective.time_slice_s

    @property
    def weighted(self) -> bool:
        """Whether events may stand for others that were not sampled."""
        return self.objective.unit is Unit.MEASURE

    def rows(self) -> Iterator[Row]:
        """The rows that can fire."""
        for window in self.objective.windows:
            found = self.objective.watched(window).window
            factor = self.objective.factor(window)
            if not impossible(factor, self.objective.target):
                yield Row(found, factor)

    def remarks(self) -> Iterator[str]:
        """What became of rows that could never fire as they were asked for."""
        for window in self.objective.windows:
            reason = self.objective.watched(window).reason
            factor = self.objective.factor(window)
            row = f"the row {duration(window.long_s)}/{duration(window.short_s)}"
            if impossible(factor, self.objective.target):
                yield f"Left out: {row}, as no traffic burns {number(factor)} times the budget of {self.budget}."
            elif reason is not None:
                yield f"Rescaled: {row}, as {reason}."

    def counter(self, counter: CounterName) -> str:
        """The series of one counter."""
        values = (self.objective.name, definition(self.objective))
        return selector(counter.series, dict(zip(IDENTITY, values, strict=True)))

    def recorded(self, name: str) -> str:
        """The series of a recorded name."""
        return selector(name, {"sloth_id": self.labels["sloth_id"]})

    def ratio(self, window_s: float) -> str:
        """The recorded error ratio of a window."""
        return self.recorded(ratio_name(window_s))

    def evidence(self, window_s: float) -> str:
        """The recorded number of what the ratio of a window is made of."""
        unweighted = Counting.EFFECTIVE if self.weighted else Counting.EVENTS
        counting = unweighted if self.slice_s is None else Counting.SLICES
        return self.recorded(counting.series(window_s))

    @property
    def counted(self) -> str:
        """What the ratio is made of, in words."""
        return "events" if self.slice_s is None else f"slices of {duration(self.slice_s)}"

    @property
    def matching(self) -> str:
        """Matches a recorded series with a fresh sum."""
        return f"on ({', '.join(self.objective.per)})"

    @property
    def sum(self) -> str:
        """One sum for every budget: over all instances, by the words it is kept for."""
        per = ", ".join(self.objective.per)
        return f"sum by ({per})" if per else "sum"


def ratio_name(window_s: float) -> str:
    """What Sloth calls the error ratio of a window.

    >>> ratio_name(3600)
    'slo:sli_error:ratio_rate1h'
    """
    return f"slo:sli_error:ratio_rate{duration(window_s)}"
