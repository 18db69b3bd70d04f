"""The counters that rules read: every event an objective judged, since the store was created.

They come from the store's sums, so a restart of the server changes nothing. Late spans can turn a good request into a
bad one or back, or move it elsewhere; a counter that fell would read as a restart to Prometheus, which then adds all of
it again. So what is added and what is taken back are two counters, both of which only grow, and rules subtract them.

An objective whose definition changes starts new series, told apart by the label ``definition``: what was good by the
old one says nothing about the new one. Its target is no part of that.
"""

from dataclasses import dataclass

from analytics.slo.kinds import Dimension
from analytics.slo.objective import Objective


@dataclass(frozen=True, slots=True)
class CounterName:
    """One counter: the column it comes from, and its name without ``_total``."""

    column: str
    name: str
    text: str

    @property
    def series(self) -> str:
        """The name its samples have."""
        return f"{self.name}_total"


EVENTS = CounterName("events", "burnline_objective_events", "Events an objective judged.")
BAD_EVENTS = CounterName("bad_events", "burnline_objective_bad_events", "Events an objective judged as bad.")
EVENTS_TAKEN_BACK = CounterName(
    "events_taken_back",
    "burnline_objective_events_taken_back",
    "Events counted before that late data took back; to be subtracted.",
)
BAD_EVENTS_TAKEN_BACK = CounterName(
    "bad_events_taken_back",
    "burnline_objective_bad_events_taken_back",
    "Bad events counted before that late data took back; to be subtracted.",
)
WEIGHT_SQUARES = CounterName(
    "weight_squares",
    "burnline_objective_weight_squares",
    "Squared weights of the events of a weighted measure; events^2 / this says as much as so many unweighted ones.",
)
COUNTERS = (EVENTS, BAD_EVENTS, EVENTS_TAKEN_BACK, BAD_EVENTS_TAKEN_BACK, WEIGHT_SQUARES)
IDENTITY = ("objective", "definition")
LABELS = (*IDENTITY, *Dimension)
"""Labels of every counter; a dimension that the objective keeps no budgets by is empty, which is as good as absent."""
OTHER = "other"
"""The value of every dimension for what came after the groups of an objective were full, or has none of the words."""


def definition(objective: Objective) -> str:
    """The value of the label that tells definitions apart."""
    return f"{objective.objective_id:016x}"
