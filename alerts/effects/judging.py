"""Judges a stretch: asks for its requests, prices them at the better tier, compares."""

from collections.abc import Mapping, Sequence

from alerts.effects.comparing import Arm, Change, same_time
from alerts.effects.effect import Effect, Figure, Kind, own_tenants
from alerts.effects.figures import BETTER, LOWER, Concern, sides
from alerts.effects.money import saved
from alerts.effects.stretches import Stretch
from collector.store import Store


def judged(store: Store, stretch: Stretch, every: Sequence[Stretch], now_ns: int) -> Effect:
    """What a stretch came to by now; ``every`` are all stretches, of any route."""
    until_ns = stretch.end_ns(now_ns)
    concern = Concern(stretch.start_ns, until_ns, stretch, own_tenants(stretch, every, until_ns))
    found = sides(store, concern)
    return Effect(
        stretch=stretch,
        until_ns=until_ns,
        requests=sum(found.requests.values()),
        lower_requests=found.requests[LOWER],
        saved=saved(store, concern),
        figures={name: _figure(stretch, arms) for name, arms in found.figures.items()},
    )


def _figure(stretch: Stretch, arms: Mapping[str, Arm]) -> Figure:
    change: Change = same_time(arms[LOWER], arms[BETTER], seed=stretch.entry_seq)
    if change.change is None:
        return Figure(Kind.NOTHING, change)
    return Figure(Kind.BY_SHARE if stretch.by_share else Kind.SAME_TIME, change)
