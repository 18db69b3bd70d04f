"""What happened when: the instants between which a run's phases lie, and whether the loop closed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from instrumentation.downgrade import LADDER

Row = Mapping[str, Any]


class Phase(StrEnum):
    """A part of a run; requests belong to the one they started in."""

    BEFORE = "before"
    DURING = "during"
    DOWN = "stepped down"
    AFTER = "after"


@dataclass(slots=True)
class Course:
    """The instants of one run, as far as they are known: the demo's own, and the steps from the server's journal."""

    began_at: datetime
    incident_at: datetime | None = None
    over_at: datetime | None = None
    steps: tuple[Row, ...] = ()

    @property
    def down_at(self) -> datetime | None:
        """When the route first stepped down in the incident."""
        after = self.incident_at
        return None if after is None else next((at for at, down in self._moves() if down and at >= after), None)

    @property
    def up_at(self) -> datetime | None:
        """When it was back at its best tier for good."""
        if self.down_at is None or self.steps[-1]["to_tier"] != LADDER[0]:
            return None
        return datetime.fromisoformat(self.steps[-1]["noted_at"])

    def phase(self, at: datetime) -> Phase:
        """The phase an instant lies in."""
        for phase, since in (
            (Phase.AFTER, self.up_at),
            (Phase.DOWN, self.down_at),
            (Phase.DURING, self.incident_at),
        ):
            if since is not None and at >= since:
                return phase
        return Phase.BEFORE

    def missing(self) -> str | None:
        """Say what did not happen; None when the loop closed."""
        if self.down_at is None:
            return "the route did not step down although the premium model was slow and dear"
        if self.up_at is None:
            return "the route stepped down but was not back at its best tier when the demo gave up waiting"
        return None

    def _moves(self) -> Sequence[tuple[datetime, bool]]:
        """Every step: when, and whether it led down."""
        return [(datetime.fromisoformat(step["noted_at"]), is_down(step)) for step in self.steps]


def is_down(step: Row) -> bool:
    """Whether a step led to a lower tier."""
    return LADDER.index(step["to_tier"]) > LADDER.index(step["from_tier"])
