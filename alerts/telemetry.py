"""What the watch asks about requests: a protocol, and the store's answers.

A replay answers the same questions from memory (``alerts/replay``), so that what decides is one code in both.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from alerts.controller.observation import NEVER
from alerts.repricing import Prices, Repricing, Usage, Words
from analytics.slo.arithmetic import Counts
from analytics.slo.burn import Asked, TierQuestion, tier_counts, window_counts
from analytics.slo.objective import Objective
from analytics.spending.pace import TierRequests, tier_requests
from collector.store import Store, queries_of
from instrumentation.downgrade import Tier

_NEWEST = queries_of("alerts")["newest_telemetry"]
_LOOK_BACK = timedelta(days=1)
"""Telemetry that is older than this is as stale as none."""


class Telemetry(Protocol):
    """Knows requests: how objectives judged them, what they used and cost, tier by tier."""

    def window_counts(self, asked: Iterable[Asked], at: datetime) -> Mapping[Asked, Counts]:
        """What each objective judged in each window ending at ``at``, which is excluded."""
        ...

    def tier_counts(self, asked: Sequence[TierQuestion], at: datetime) -> Mapping[TierQuestion, Counts]:
        """The same of the requests that were served at one tier."""
        ...

    def ceiling_counts(
        self, objective: Objective, words: Words, tier: Tier, window: tuple[datetime, datetime]
    ) -> Counts:
        """How a cost objective would judge the requests that ended in a window, at the prices of the tier."""
        ...

    def newest_at(self, at: datetime) -> datetime:
        """When the newest request ended that is known at an instant; long ago where there is none within a day."""
        ...

    def tier_requests(self, words: Words, start_ns: int, until_ns: int) -> Mapping[str | None, TierRequests]:
        """Requests of the whole minutes that a window touches, by the tier they were served at."""
        ...

    def prices(self, words: Words, tier: Tier, at: datetime) -> Prices:
        """What the tier pays for its tokens, for these requests; empty where it served none in seven days."""
        ...

    def usage(self, words: Words, start: datetime, until: datetime) -> Sequence[Usage]:
        """What the requests of whole minutes used, tier by tier."""
        ...


@dataclass(slots=True)
class StoredTelemetry:
    """Answers from the store."""

    store: Store
    _repricing: Repricing = field(init=False)

    def __post_init__(self) -> None:
        self._repricing = Repricing(self.store)

    def window_counts(self, asked: Iterable[Asked], at: datetime) -> Mapping[Asked, Counts]:
        """One question to the store for all of the windows."""
        return window_counts(self.store, asked, at)

    def tier_counts(self, asked: Sequence[TierQuestion], at: datetime) -> Mapping[TierQuestion, Counts]:
        """One question to the store for all of the tiers."""
        return tier_counts(self.store, asked, at)

    def ceiling_counts(
        self, objective: Objective, words: Words, tier: Tier, window: tuple[datetime, datetime]
    ) -> Counts:
        """By the ledger lines of the requests."""
        return self._repricing.ceiling_counts(objective, words, tier, window)

    def newest_at(self, at: datetime) -> datetime:
        """By the requests of the day before."""
        params = {"since": (at - _LOOK_BACK).replace(tzinfo=None), "until": at.replace(tzinfo=None)}
        (row,) = self.store.run(_NEWEST, params).to_pylist()
        newest_ns = row["newest_ns"]
        return NEVER if newest_ns is None else NEVER + timedelta(microseconds=newest_ns // 1000)

    def tier_requests(self, words: Words, start_ns: int, until_ns: int) -> Mapping[str | None, TierRequests]:
        """By the roll-up of requests."""
        return tier_requests(self.store, words, start_ns, until_ns)

    def prices(self, words: Words, tier: Tier, at: datetime) -> Prices:
        """By the roll-up of ledger lines, remembered for a minute."""
        return self._repricing.prices(words, tier, at)

    def usage(self, words: Words, start: datetime, until: datetime) -> Sequence[Usage]:
        """By the roll-up of ledger lines."""
        return self._repricing.usage(words, start, until)
