"""How many scopes may change at once, as Envoy caps how many hosts it ejects.

One bad minute of telemetry, or one wrong price, may speak against every route together. A cap leaves time to see what
the first steps do. At least one scope may always change; those that go on changing take no further place.

>>> wanting = [Proposal(Scope(route=name), downwards=True, burn=burn) for name, burn in [("a", 2.0), ("b", 9.0)]]
>>> [scope.route for scope in admitted(wanting, recent=(), scopes=8, cap=Cap(ratio=0.2))]
['b']
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from instrumentation.downgrade import Scope


@dataclass(frozen=True, slots=True)
class Cap:
    """How many scopes may change within a window of time."""

    ratio: float = 0.2
    window_s: float = 60.0

    def __post_init__(self) -> None:
        if not 0 < self.ratio <= 1:
            raise ValueError(f"ratio is {self.ratio}; expected more than 0, at most 1")
        if self.window_s < 0:
            raise ValueError(f"window_s is {self.window_s}; expected 0 or more")

    def most(self, scopes: int) -> int:
        """Scopes that may change within the window; at least one.

        >>> Cap(0.2).most(3), Cap(0.2).most(10)
        (1, 2)
        """
        return max(1, int(self.ratio * scopes))


@dataclass(frozen=True, slots=True)
class Proposal:
    """A scope that wants to change."""

    scope: Scope
    downwards: bool
    burn: float
    """The highest burn behind it."""


def admitted(proposed: Sequence[Proposal], recent: Collection[Scope], *, scopes: int, cap: Cap) -> frozenset[Scope]:
    """The scopes that may change now: down before up, the fastest burn first.

    ``recent`` are the scopes that changed within the cap's window, ``scopes`` is how many there are.
    """
    room = max(0, cap.most(scopes) - len(set(recent)))
    order = sorted(
        (proposal for proposal in proposed if proposal.scope not in recent),
        key=lambda proposal: (not proposal.downwards, -proposal.burn, str(proposal.scope)),
    )
    going_on = {proposal.scope for proposal in proposed if proposal.scope in recent}
    return frozenset(going_on | {proposal.scope for proposal in order[:room]})
