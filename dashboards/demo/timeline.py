"""How long each part of the demo lasts, and how much traffic there is."""

from dataclasses import dataclass

from dashboards.demo.incidents import INCIDENTS

_DOWN_S, _UP_S = 5, 11
"""About how long a step down takes from the beginning of an incident, and the way up from its end."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """The course of a run; an incident lasts until the route has stepped down, but never longer than patience."""

    healthy_s: float = 6.0
    """Before the first incident."""
    incident_s: float = 9.0
    """How long an incident lasts, at least."""
    pause_s: float = 4.0
    """Between the way up and the next incident, and after the last."""
    patience_s: float = 60.0
    """How long to wait for a step before it is said to be missing."""
    requests_per_s: float = 18.0
    """Mean rate of arrivals, which are random."""

    @property
    def expected_s(self) -> float:
        """About how long the traffic runs."""
        one_s = max(_DOWN_S, self.incident_s) + _UP_S + self.pause_s
        return self.healthy_s + one_s * len(INCIDENTS)


FULL = Timeline()
FAST = Timeline(healthy_s=4.0, incident_s=7.0, pause_s=3.0)
