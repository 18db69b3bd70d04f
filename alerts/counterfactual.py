"""What the traffic of a stepped-down route would burn one rung up.

After a downgrade the burn falls because of the downgrade; to step up on that would bring the trouble back. What is
asked for is the burn the same traffic would have at the higher tier. Latency, errors and quality are judged by the
scope's own requests that were served there: those from before the step as far as the quickest long window still holds
any, those of routers that have not followed yet, and, on trial, those of the trial alone. With too few of them nobody
knows, and the controller tries a small share.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from alerts.controller import Basis, Estimate, State
from alerts.policy import RoutePolicy, paging
from analytics.slo.arithmetic import Counts, burn_rate
from analytics.slo.burn import TierQuestion, tier_counts
from analytics.slo.evidence import Gate, Verdict, posterior_over
from analytics.slo.objective import Objective
from collector.store import Store
from instrumentation.downgrade import Tier


class Counterfactual(Protocol):
    """Estimates burns that are not observed."""

    def estimates(
        self, policy: RoutePolicy, objectives: Sequence[Objective], state: State, at: datetime
    ) -> tuple[Estimate, ...]:
        """What each objective would burn had the recent traffic been served at the tier above."""
        ...


@dataclass(frozen=True, slots=True)
class RequestsAtTier:
    """Answers from the requests that were really served at the tier."""

    store: Store
    gate: Gate

    def estimates(
        self, policy: RoutePolicy, objectives: Sequence[Objective], state: State, at: datetime
    ) -> tuple[Estimate, ...]:
        """What each objective burned at the tier above; unknown where too few requests were served there."""
        tier = state.position.above
        if tier is None:
            return ()
        asked = {o.name: TierQuestion(o.objective_id, tier, _window_s(o, state, at)) for o in objectives if paging(o)}
        counts = tier_counts(self.store, list(dict.fromkeys(asked.values())), at)
        return tuple(self._estimate(o, counts[asked[o.name]], tier, policy) for o in objectives if o.name in asked)

    def _estimate(self, objective: Objective, counts: Counts, tier: Tier, policy: RoutePolicy) -> Estimate:
        burn = burn_rate(counts, objective.target) if counts.total >= self.gate.minimum_requests else None
        verdict = self._verdict(counts, burn, objective.target, policy)
        return Estimate(objective.name, tier, burn, round(counts.total), verdict, Basis.SERVED)

    def _verdict(self, counts: Counts, burn: float | None, target: float, policy: RoutePolicy) -> Verdict:
        if burn is not None and burn >= 1 and posterior_over(counts, 1 - target) >= self.gate.confidence:
            return Verdict.FIRING
        known = burn is not None and burn < policy.recover_below
        return Verdict.OK if known else Verdict.INSUFFICIENT_DATA


def _window_s(objective: Objective, state: State, at: datetime) -> float:
    """The quickest long window; on trial no more than the time of the trial."""
    longest_s = paging(objective)[0].long_s
    if not state.probing or state.tried_at is None:
        return longest_s
    return min(longest_s, max(1.0, (at - state.tried_at).total_seconds()))
