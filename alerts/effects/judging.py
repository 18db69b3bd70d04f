"""Judges a stretch: asks for its requests, prices them at the better tier, compares."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from alerts.effects import concerns
from alerts.effects.before import Times, against_before
from alerts.effects.comparing import Arm, Change, same_time
from alerts.effects.effect import Effect, Figure, Kind
from alerts.effects.figures import BETTER, LOWER, OTHER, SIDES, Name, Sides, sides
from alerts.effects.money import saved
from alerts.effects.stretches import Stretch
from collector.store import Store

_BY_FACTOR = frozenset({"latency_ms", "cost_usd"})
"""Figures that change for everybody by a factor, not by an amount."""


def judged(store: Store, stretch: Stretch, every: Sequence[Stretch], now_ns: int) -> Effect:
    """What a stretch came to by now; ``every`` are all stretches, of any route."""
    until_ns = stretch.end_ns(now_ns)
    effect = Effect(stretch, until_ns, now_ns, 0, 0)
    if until_ns <= stretch.start_ns:
        return effect
    concern = concerns.own(stretch, every, (stretch.start_ns, until_ns))
    found = sides(store, concern)
    held = _Held(store, stretch, every, until_ns, found)
    return replace(
        effect,
        requests=sum(found.count(side) for side in SIDES),
        lower_requests=found.count(LOWER),
        saved=saved(store, concern, stretch),
        figures=tuple(held.figure(name) for name in found.arms),
    )


@dataclass(slots=True)
class _Held:
    """A stretch against whatever there is; the time before is asked for when nobody was served better meanwhile."""

    store: Store
    stretch: Stretch
    every: Sequence[Stretch]
    until_ns: int
    found: Sides
    _earlier: tuple[Sides | None, Sides | None, Sides | None] | None = None

    def figure(self, name: Name) -> Figure:
        """One figure."""
        lower, better = (self.found.arms[name][side] for side in (LOWER, BETTER))
        change = same_time(lower, better, seed=self.stretch.entry_seq)
        if change.change is not None:
            return Figure(*name, Kind.BY_SHARE if self.stretch.by_share else Kind.SAME_TIME, change)
        if self.stretch.by_share:  # the others that chance left above are still too few: they will be more
            return Figure(*name, Kind.NOTHING, change)
        return self._before(name, lower, change)

    def _before(self, name: Name, lower: Arm, nothing: Change) -> Figure:
        earlier, others_now, others_then = self._asked()
        before = None if earlier is None else earlier.arm(name, BETTER)
        if before is None:
            return Figure(*name, Kind.NOTHING, nothing)
        beside = (None if one is None else one.arm(name, OTHER) for one in (others_now, others_then))
        times = Times(lower, before, *beside)
        change = against_before(times, self.stretch.entry_seq, factor=name.figure in _BY_FACTOR)
        if change.change is None:
            return Figure(*name, Kind.NOTHING, change)
        return Figure(*name, Kind.BEFORE_AND_OTHERS if times.controlled.any() else Kind.BEFORE, change)

    def _asked(self) -> tuple[Sides | None, Sides | None, Sides | None]:
        """The requests of the time before, and the others, after and before."""
        if self._earlier is None:
            self._earlier = self._ask()
        return self._earlier

    def _ask(self) -> tuple[Sides | None, Sides | None, Sides | None]:
        then = concerns.before(self.stretch, self.until_ns)
        if then is None or not self.found.count(LOWER):
            return None, None, None
        own = sides(self.store, concerns.own(self.stretch, self.every, then))
        span, now = (then[0], self.until_ns), (self.stretch.start_ns, self.until_ns)
        beside = [concerns.others(self.stretch, self.every, span, window) for window in (now, then)]
        after, before = (None if one is None else sides(self.store, one) for one in beside)
        return own, after, before
