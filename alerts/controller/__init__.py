"""The controller of one scope: ``step(state, observation, now, policy)``, and the shapes it works on.

``observation`` is what it sees, ``state`` what it remembers, ``position`` where requests are served; ``descent`` and
``ascent`` hold the two ways, ``step`` joins them, ``modes`` says in one word where it stands.
"""

from alerts.controller.ascent import dwelt
from alerts.controller.modes import mode
from alerts.controller.observation import (
    Action,
    Basis,
    Estimate,
    Money,
    Observation,
    Override,
    Reading,
    TierQuality,
)
from alerts.controller.position import Position, entered, lowest, raised
from alerts.controller.state import DOWN, PAGES, UP, Earned, State, Transition, Why, initial
from alerts.controller.step import step

__all__ = [
    "DOWN",
    "PAGES",
    "UP",
    "Action",
    "Basis",
    "Earned",
    "Estimate",
    "Money",
    "Observation",
    "Override",
    "Position",
    "Reading",
    "State",
    "TierQuality",
    "Transition",
    "Why",
    "dwelt",
    "entered",
    "initial",
    "lowest",
    "mode",
    "raised",
    "step",
]
