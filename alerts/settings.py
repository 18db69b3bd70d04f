"""The sections of the configuration that this package reads, and the rule that holds between them."""

from collections.abc import Mapping
from dataclasses import dataclass

from alerts.admission import Cap
from alerts.board import RENEWALS_PER_LEASE
from alerts.delivery.signing import SigningKey
from alerts.policy import RoutePolicy, sound
from analytics.slo.evidence import Gate
from analytics.slo.objective import Objective


@dataclass(frozen=True, slots=True)
class EvaluationSettings:
    """The section ``evaluation``."""

    every_s: float = 1.0
    """Longest time between two looks at the budgets; news is looked at at once, for a fifth of a core."""

    changing_ratio: float = 0.2
    """Share of the routes that may change at once, at least one; further ones wait, and are shown as pending."""
    changing_window_s: float = 60.0
    """How long a route that changed counts as changing."""

    def __post_init__(self) -> None:
        if self.every_s <= 0:
            raise ValueError(f"every_s is {self.every_s}; expected more than 0")
        if not 0 < self.changing_ratio <= 1:
            raise ValueError(f"changing_ratio is {self.changing_ratio}; expected more than 0, at most 1")
        if self.changing_window_s < 0:
            raise ValueError(f"changing_window_s is {self.changing_window_s}; expected 0 or more")

    @property
    def cap(self) -> Cap:
        """How many routes may change at once."""
        return Cap(self.changing_ratio, self.changing_window_s)


@dataclass(frozen=True, slots=True)
class SignalSettings:
    """The section ``signal``."""

    renew_s: float = 5.0
    """Time after which an unchanged decision gets a new lease."""
    lease_s: float = 30.0
    """How long a router obeys a decision that nobody renews; at least four renewals."""
    keys: tuple[SigningKey, ...] = ()
    """Keys of the signature: the first signs, readers accept every one; none means unsigned."""

    def __post_init__(self) -> None:
        if self.renew_s <= 0:
            raise ValueError(f"renew_s is {self.renew_s}; expected more than 0")
        if self.lease_s < RENEWALS_PER_LEASE * self.renew_s:
            least = RENEWALS_PER_LEASE * self.renew_s
            raise ValueError(f"lease_s is {self.lease_s}; expected at least {RENEWALS_PER_LEASE} renewals, {least}")
        names = [key.kid for key in self.keys]
        if len(set(names)) < len(names):
            raise ValueError(f"keys has the names {', '.join(names)}; expected each kid once")


SECTIONS: Mapping[str, object] = {
    "objectives": tuple[Objective, ...],
    "routes": tuple[RoutePolicy, ...],
    "evidence": Gate,
    "evaluation": EvaluationSettings,
    "signal": SignalSettings,
}
"""For the configuration loader: section name to type."""
RULES = (sound,)
"""For the configuration loader: what has to hold between sections."""
