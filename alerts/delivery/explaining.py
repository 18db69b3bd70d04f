"""What a burn alert says about its causes: who and what burns, the worst traces, and links to both in the console.

Only what fires is looked into, and for a minute the answer holds: posters ask every thirty seconds, each for itself. An
alert whose causes cannot be read is told without them.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from analytics.contributors.finding import Found, found
from analytics.contributors.saying import said
from analytics.links import Links
from analytics.notation import NS_PER_S
from analytics.questions import Window
from analytics.slo.burn import nanoseconds
from analytics.slo.kinds import Dimension
from analytics.slo.objective import Objective
from collector.store import Store, StoreError

_log = logging.getLogger(__name__)
HOLDS = timedelta(minutes=1)
MOST_TRACES = 3
"""Links of one alert: it has to fit into a message on a phone."""

Words = Mapping[str, str | None]
Budget = tuple[str, tuple[tuple[str, str | None], ...], float]
"""The name of an objective, the words of one of its budgets, the seconds of a window."""


@dataclass(slots=True)
class Explaining:
    """Looks into burns, for the alerts of one server; used by the threads of several posters."""

    store: Store
    objectives: Callable[[], Sequence[Objective]]
    links: Links
    _known: dict[Budget, tuple[datetime, Found]] = field(default_factory=dict)

    def explained(self, at: datetime, objective: str, words: Words, window_s: float) -> Mapping[str, str]:
        """Annotations for a budget that burns over a window."""
        told = self._found(objective, words, window_s, at)
        if told is None or not told.bad:
            return {}
        traces = {f"trace_{place}": self.links.request(one.trace_id) for place, one in enumerate(told.traces, start=1)}
        return {"contributors": said(told), **traces}

    def _found(self, objective: str, words: Words, window_s: float, at: datetime) -> Found | None:
        budget = objective, tuple(sorted(words.items())), window_s
        known = self._known.get(budget)
        if known is not None and timedelta(0) <= at - known[0] < HOLDS:
            return known[1]
        asked = next((one for one in self.objectives() if one.name == objective), None)
        if asked is None:
            return None
        until_ns = nanoseconds(at)
        window = Window(max(0, until_ns - round(window_s * NS_PER_S)), until_ns)
        try:
            told = found(self.store, asked, window, words, traces=MOST_TRACES)
        except StoreError as error:
            _log.warning("the burn of %s is told without its causes: %s", objective, error)
            return None
        self._known = {key: one for key, one in self._known.items() if at - one[0] < HOLDS} | {budget: (at, told)}
        return told


def words_of(*told: object) -> Words:
    """The words that narrow a budget down, the first who has one says it."""
    named = {str(word): [getattr(one, word, None) for one in told] for word in Dimension}
    return {word: next((value for value in values if value), None) for word, values in named.items()}
