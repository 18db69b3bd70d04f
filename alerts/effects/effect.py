"""One downgrade, judged: money, and every figure with what it was held against."""

from dataclasses import dataclass, field
from enum import StrEnum

from alerts.effects.comparing import Change
from alerts.effects.figures import Name
from alerts.effects.money import Saved
from alerts.effects.stretches import Stretch, month_of


class Kind(StrEnum):
    """What requests that were served lower are held against."""

    BY_SHARE = "by_share"  # the share that stayed at the better tier: chance alone decided which
    SAME_TIME = "same_time"  # others that were served at the better tier meanwhile, for reasons of their own
    BEFORE_AND_OTHERS = "before_and_others"  # the time before, less what changed for those that were not stepped down
    BEFORE = "before"  # the time before alone: whatever else changed is in it
    NOTHING = "nothing"  # too few of any


@dataclass(frozen=True, slots=True)
class Figure:
    """How one figure changed."""

    figure: str
    about: str | None
    """The name of an evaluation or outcome."""
    kind: Kind
    change: Change

    @property
    def name(self) -> Name:
        """Both names."""
        return Name(self.figure, self.about)


@dataclass(frozen=True, slots=True)
class Effect:
    """What a stretch of a downgrade came to, as far as is known."""

    stretch: Stretch
    until_ns: int
    """How far it was judged: its end, or when it was looked at."""
    judged_ns: int
    """When it was judged."""
    requests: int
    """Of its scope."""
    lower_requests: int
    """Of these, served below the tier they would have had."""
    saved: Saved = field(default_factory=Saved)
    figures: tuple[Figure, ...] = ()

    @property
    def effect_id(self) -> str:
        """Its entry in the journal, and the month."""
        return effect_id(self.stretch)


def effect_id(stretch: Stretch) -> str:
    """The entry in the journal, and the month.

    A stretch that is cut where a month ends has one in each.
    """
    return f"{stretch.entry_seq}-{month_of(stretch.start_ns)}"
