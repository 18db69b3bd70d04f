"""Every change of a window, however it is known."""

from dataclasses import dataclass, field

from analytics.changes.change import SAME_WITHIN_NS, Change, united
from analytics.changes.markers import posted
from analytics.changes.records import recorded
from analytics.changes.sightings import Sightings
from collector.store import Store


@dataclass(slots=True, eq=False)
class History:
    """The changes of one store; one of these for a server, so that versions are read once."""

    store: Store
    _sightings: Sightings = field(init=False)

    def __post_init__(self) -> None:
        self._sightings = Sightings(self.store)

    def changes(self, start_ns: int, until_ns: int) -> list[Change]:
        """Every change in the window, the newest first."""
        self._sightings.refresh()
        start, until = max(0, start_ns - SAME_WITHIN_NS), until_ns + SAME_WITHIN_NS
        told = united(posted(self.store, start, until), self._sightings.seen(start, until))
        found = [*told, *recorded(self.store, start_ns, until_ns)]
        within = [one for one in found if start_ns <= one.at_ns < until_ns]
        return sorted(within, key=lambda one: (one.at_ns, one.change_id), reverse=True)
