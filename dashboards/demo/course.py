"""What happened when: the instants between which a run's phases lie, and whether the loop closed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from alerts.controller.state import DOWN, Why
from dashboards.demo.incidents import INCIDENTS, Incident
from instrumentation.downgrade import LADDER

Row = Mapping[str, Any]
WELL = "well"
"""The phase in which nothing is wrong."""
PHASES = (WELL, *(phase for incident in INCIDENTS for phase in (incident.name, f"{incident.name}, down")))
"""The parts of a run; requests belong to the one they started in."""


@dataclass(slots=True)
class Act:
    """One incident of a run, as far as its instants are known, and the steps that it brought about, oldest first."""

    incident: Incident
    began_at: datetime
    over_at: datetime | None = None
    steps: Sequence[Row] = ()

    @property
    def down_at(self) -> datetime | None:
        """When the route first stepped down."""
        return next((noted_at(step) for step in self.steps if is_down(step)), None)

    @property
    def whole_at(self) -> datetime | None:
        """When no request was left at the best tier."""
        return next((noted_at(step) for step in self.steps if is_down(step) and step["share"] == 1), None)

    @property
    def up_at(self) -> datetime | None:
        """When the route was back at its best tier for good."""
        if self.down_at is None or self.steps[-1]["to_tier"] != LADDER[0]:
            return None
        return noted_at(self.steps[-1])

    def missing(self) -> str | None:
        """Say what did not happen; None when the loop closed."""
        if self.down_at is None:
            return f"{self.incident.name}: the route did not step down although {self.incident.said}"
        if self.up_at is None:
            return f"{self.incident.name}: the route stepped down but was not back at its best tier in time"
        first = next(step for step in self.steps if is_down(step))
        if (first["to_tier"], first["share"]) != (self.incident.target, self.incident.first_share):
            return (
                f"{self.incident.name}: the first step moved {first['share']:g} of the requests to {first['to_tier']}; "
                f"expected {self.incident.first_share:g} to {self.incident.target}"
            )
        return None


@dataclass(slots=True)
class Course:
    """The instants of one run: the demo's own, and the steps from the server's journal."""

    began_at: datetime
    acts: list[Act] = field(default_factory=list)

    def tell(self, steps: Sequence[Row]) -> None:
        """Give every act the steps between its beginning and the next one's."""
        until = datetime.max.replace(tzinfo=UTC)
        for act in reversed(self.acts):
            act.steps = [step for step in steps if act.began_at <= noted_at(step) < until]
            until = act.began_at

    def phase(self, at: datetime) -> str:
        """The phase an instant lies in."""
        act = next((act for act in reversed(self.acts) if at >= act.began_at), None)
        if act is None or (act.up_at is not None and at >= act.up_at):
            return WELL
        stepped = act.down_at is not None and at >= act.down_at
        return f"{act.incident.name}, down" if stepped else act.incident.name

    def missing(self) -> str | None:
        """Say what did not happen; None when every loop closed."""
        played = [act.incident for act in self.acts]
        unplayed = [f"{i.name}: the demo ended before it" for i in INCIDENTS if i not in played]
        found = [*(act.missing() for act in self.acts), *unplayed]
        return next((missing for missing in found if missing is not None), None)


def noted_at(step: Row) -> datetime:
    """When a step, as the API tells it, was taken."""
    return datetime.fromisoformat(step["noted_at"])


def is_down(step: Row) -> bool:
    """Whether a step, as the API tells it, led down.

    >>> is_down({"why": "burning"}), is_down({"why": "probe_calm"})
    (True, False)
    """
    return Why(step["why"]) in DOWN
