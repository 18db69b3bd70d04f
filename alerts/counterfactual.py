"""What the traffic of a stepped-down route would burn one rung up.

After a downgrade the burn falls because of the downgrade; to step up on that would bring the trouble back. What is
asked for is the burn the same traffic would have at the higher tier, which only re-pricing and re-judging it can tell.
Until then this form answers from memory: how the scope's own requests that were served at the higher tier fared, as
far as the quickest long window still holds any. They are requests from before the step, and those of routers that have
not followed yet. With too few of them nobody knows (None), and the controller probes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from alerts.policy import paging
from analytics.slo.arithmetic import Counts, burn_rate
from analytics.slo.burn import TierQuestion, tier_counts
from analytics.slo.evidence import Gate
from analytics.slo.objective import Objective
from collector.store import Store
from instrumentation.downgrade import Tier


class Counterfactual(Protocol):
    """Estimates a burn that is not observed."""

    def burn(self, objectives: Sequence[Objective], tier: Tier, at: datetime) -> float | None:
        """The highest burn of these objectives had the recent traffic been served at ``tier``; None: unknown."""
        ...


@dataclass(frozen=True, slots=True)
class RequestsAtTier:
    """Answers from the requests that were really served at the tier."""

    store: Store
    gate: Gate

    def burn(self, objectives: Sequence[Objective], tier: Tier, at: datetime) -> float | None:
        """The highest burn among the objectives; None when one of them has too few requests and none is over budget."""
        asked = {o: TierQuestion(o.objective_id, tier, paging(o)[0].long_s) for o in objectives if paging(o)}
        counts = tier_counts(self.store, list(asked.values()), at)
        burns = [self._burn(counts[question], objective.target) for objective, question in asked.items()]
        known = [burn for burn in burns if burn is not None]
        return max(known) if known and (len(known) == len(burns) or max(known) >= 1) else None

    def _burn(self, counts: Counts, target: float) -> float | None:
        return burn_rate(counts, target) if counts.total >= self.gate.minimum_requests else None
