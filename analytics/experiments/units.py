"""What was randomised: the widest thing that stays with one variant.

Requests of one user resemble each other. Where a user always gets the same variant, users were drawn, and each counts
as one, however many requests it sends; where users meet both, requests (or sessions) were drawn.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

NAMED = 0.9
"""Share of the requests that have to name it."""
MIXED = 0.05
"""Share of those that come back and may have met several variants: people have two devices."""


class Unit(StrEnum):
    """What may be randomised, the widest first."""

    TENANT = "tenant"
    USER = "user"
    SESSION = "session"
    REQUEST = "request"


@dataclass(frozen=True, slots=True)
class Seen:
    """Units of one kind, as requests name them."""

    unit: Unit
    requests: int
    """That name one."""
    returning: int
    """Units with more than one request."""
    mixed: int
    """Of these, the ones that met several variants."""


def randomised(seen: Sequence[Seen], requests: int) -> Unit:
    """The widest unit that stays with one variant; requests where none does, or none comes back.

    >>> randomised([Seen(Unit.TENANT, 100, 5, 5), Seen(Unit.USER, 100, 20, 1)], 100)
    <Unit.USER: 'user'>
    """
    stays = {
        one.unit
        for one in seen
        if one.requests >= NAMED * requests and one.returning and one.mixed <= MIXED * one.returning
    }
    return next((unit for unit in Unit if unit in stays), Unit.REQUEST)
