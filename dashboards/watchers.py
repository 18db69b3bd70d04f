"""What a server looks at in the background, each in a thread of its own: started together, stopped one after the other.

They annotate and advise; what steers a route is the watch of budgets (``signalling.py``).
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from alerts.advising import Advising
from alerts.effects.loop import EffectLoop
from alerts.foresight import Foresight
from alerts.journal import Journal
from analytics.changes.history import History
from analytics.drift.loop import DriftLoop
from analytics.drift.settings import DriftSettings
from analytics.findings.loop import FindingLoop, finding_loop
from analytics.findings.settings import FindingSettings
from analytics.repeating import Repeating
from analytics.spending.spending import Spending
from dashboards.configuration import Configuration
from dashboards.metrics import advice_samples, drift_samples, effect_samples, foresight_samples, loop_samples
from dashboards.metrics.families import Samples


@dataclass(frozen=True, slots=True)
class Watchers:
    """All of them."""

    findings: FindingLoop
    effects: EffectLoop
    drift: DriftLoop
    foresight: Foresight
    advising: Advising

    def start(self) -> None:
        """Start every thread."""
        for one in self._threads():
            one.start()

    async def stop(self, timeout_s: float) -> bool:
        """Let each finish its turn; whether all did in time."""
        ended = [await asyncio.to_thread(one.stop, timeout_s) for one in self._threads()]
        return all(ended)

    def samples(self) -> Iterator[tuple[str, Samples]]:
        """What each tells on the page of metrics."""
        yield from loop_samples(self.findings)
        yield from drift_samples(self.drift)
        yield from effect_samples(self.effects)
        yield from foresight_samples(self.foresight)
        yield from advice_samples(self.advising)

    def _threads(self) -> tuple[Repeating, ...]:
        every = self.findings, self.effects, self.drift, self.foresight, self.advising
        return tuple(one.thread for one in every)


def watchers(
    configuration: Configuration,
    journal: Journal,
    spending: Spending,
    whole: Callable[[], bool],
    *,
    tell: Callable[[datetime], object],
) -> Watchers:
    """Put them together over the store of a journal; ``tell`` carries advice out of the house.

    ``whole`` says whether what the store held at the start is derived: nothing is judged, and no history kept, before.
    """
    store, history = journal.store, History(journal.store)
    spending.forecasts.whole = whole
    return Watchers(
        findings=finding_loop(store, configuration.section("findings", FindingSettings), time.time_ns, whole),
        effects=EffectLoop(journal, time.time_ns),
        drift=DriftLoop(history, configuration.section("drift", DriftSettings), time.time_ns, whole),
        foresight=Foresight(spending, time.time_ns),
        advising=Advising(history, journal, time.time_ns, tell),
    )
