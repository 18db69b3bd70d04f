"""Where a scope is served: a tier, the share of its requests that is there, and the tiers it came down through.

``share`` of the requests go to ``tier``, the rest to the tier above, which is the last of ``path``. A step down adds to
the path, a step up goes back along it, so that every step up retraces a step down, whatever ladders led there.

>>> half = Position(Tier.STANDARD, (Tier.PREMIUM,), 0.5)
>>> half.at_or_above(Tier.PREMIUM), half.at_or_above(Tier.STANDARD)
(0.5, 1.0)
>>> raised(half, 0.95).share
0.05
>>> raised(half, 1.0)
Position(tier=<Tier.PREMIUM: 'premium'>, path=(), share=1.0)
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce

from instrumentation.downgrade import LADDER, Tier

_DIGITS = 9
"""Shares are sums and differences of configured ones; this many digits take away what binary fractions add."""


@dataclass(frozen=True, slots=True)
class Position:
    """``share`` of the requests at ``tier``, the rest at the tier above it."""

    tier: Tier
    path: tuple[Tier, ...] = ()
    """The tiers passed on the way down, best first; empty at the best tier."""
    share: float = 1.0

    def __post_init__(self) -> None:
        passed = [LADDER.index(tier) for tier in (*self.path, self.tier)]
        if passed != sorted(set(passed)):
            found = " > ".join((*self.path, self.tier))
            raise ValueError(f"path and tier are {found}; expected each below the one before")
        if not 0 < self.share <= 1 or (self.share < 1 and not self.path):
            raise ValueError(f"share is {self.share}; expected more than 0 and at most 1, and 1 without a tier above")

    @property
    def best(self) -> bool:
        """Whether nothing was given up."""
        return not self.path

    @property
    def above(self) -> Tier | None:
        """The tier one step up, where the rest of the requests is."""
        return self.path[-1] if self.path else None

    @property
    def depth(self) -> tuple[int, float]:
        """How far down it is, to compare by: first the tier, then the share."""
        return LADDER.index(self.tier), self.share

    def at_or_above(self, tier: Tier) -> float:
        """The share of requests that are served at a tier or a better one."""
        if LADDER.index(self.tier) <= LADDER.index(tier):
            return 1.0
        return 1 - self.share if self.path and LADDER.index(self.path[-1]) <= LADDER.index(tier) else 0.0


def entered(position: Position, tier: Tier, share: float = 1.0) -> Position:
    """One tier further down."""
    return Position(tier, (*position.path, position.tier), share)


def raised(position: Position, above_share: float) -> Position:
    """This share of the requests at the tier above; all of them is a step up."""
    if above_share >= 1:
        return Position(position.path[-1], position.path[:-1])
    return replace(position, share=round(1 - above_share, _DIGITS))


def lowest(positions: Sequence[Position]) -> Position:
    """The position that gives up at least what each of these does.

    >>> money = Position(Tier.ECONOMY, (Tier.PREMIUM,), 0.25)
    >>> errors = Position(Tier.STANDARD, (Tier.PREMIUM,))
    >>> lowest([money, errors]) == Position(Tier.ECONOMY, (Tier.PREMIUM, Tier.STANDARD), 0.25)
    True
    """
    return reduce(_lower, positions)


def _lower(one: Position, other: Position) -> Position:
    high, deep = sorted((one, other), key=lambda position: position.depth)
    if deep.share == 1:
        return deep
    rest = LADDER.index(deep.path[-1])
    if deep.tier is high.tier:
        return deep if rest >= LADDER.index(high.path[-1]) else replace(high, share=deep.share)
    return deep if rest >= LADDER.index(high.tier) else entered(replace(high, share=1.0), deep.tier, deep.share)
