"""One downgrade, judged: money, and every figure with what it was held against."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from alerts.effects.comparing import Change
from alerts.effects.money import Saved
from alerts.effects.stretches import Stretch, month_of


class Kind(StrEnum):
    """What requests that were served lower are held against."""

    BY_SHARE = "by_share"  # the share that stayed at the better tier: chance alone decided which
    SAME_TIME = "same_time"  # others that were served at the better tier meanwhile, for reasons of their own
    NOTHING = "nothing"  # too few of either


@dataclass(frozen=True, slots=True)
class Figure:
    """How one figure changed."""

    kind: Kind
    change: Change


@dataclass(frozen=True, slots=True)
class Effect:
    """What a stretch of a downgrade came to, as far as is known."""

    stretch: Stretch
    until_ns: int
    """How far it was judged: its end, or when it was looked at."""
    requests: int
    """Of its scope."""
    lower_requests: int
    """Of these, served below the tier they would have had."""
    saved: Saved
    figures: Mapping[str, Figure]

    @property
    def effect_id(self) -> str:
        """Its entry in the journal, and the month."""
        return f"{self.stretch.entry_seq}-{month_of(self.stretch.start_ns)}"


def own_tenants(stretch: Stretch, every: Sequence[Stretch], until_ns: int) -> tuple[str, ...]:
    """Tenants that were stepped down by themselves meanwhile: what is about everybody does not count them again."""
    if stretch.scope.tenant is not None:
        return ()
    found = {
        one.scope.tenant
        for one in every
        if one.scope.tenant is not None
        and one.scope.route == stretch.scope.route
        and one.start_ns < until_ns
        and one.end_ns(until_ns) > stretch.start_ns
    }
    return tuple(sorted(found))
