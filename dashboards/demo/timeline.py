"""How long each part of the demo lasts, and how much traffic there is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timeline:
    """The course of a run; the incident lasts until the route has stepped down, but never longer than patience."""

    healthy_s: float = 12.0
    """Before the incident."""
    incident_s: float = 18.0
    """How long the premium model is in trouble, at least."""
    after_s: float = 8.0
    """How long to go on after the step up."""
    patience_s: float = 45.0
    """How long to wait for a step before it is said to be missing."""
    requests_per_s: float = 18.0
    """Mean rate of arrivals, which are random."""

    @property
    def up_dwell_s(self) -> int:
        """How long the route stays down at least: through the whole incident, so that nothing is tried meanwhile."""
        return round(self.incident_s)

    @property
    def expected_s(self) -> float:
        """About how long the traffic runs: six seconds to the step down, and at least 13 until all windows are calm."""
        return self.healthy_s + 6 + max(13, self.up_dwell_s) + self.after_s


FULL = Timeline()
FAST = Timeline(healthy_s=4.0, incident_s=7.0, after_s=2.0)
