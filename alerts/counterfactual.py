"""What the traffic of a stepped-down route would burn one rung up.

After a downgrade the burn falls because of the downgrade; to step up on that would bring the trouble back. What is
asked for is the burn the same traffic would have at the higher tier:

    cost                        the scope's recent requests at the prices of the models that tier really used
    latency, errors, the rest   the scope's own requests that were served there: those from before the step as far as
                                the quickest long window still holds any, those of routers that have not followed, and,
                                on trial, those of the trial alone

With too few of them nobody knows, and the controller tries a small share. Cost that is seen to burn there counts more
than cost that is computed: a better model may write longer answers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from alerts.controller import Basis, Estimate, State
from alerts.policy import RoutePolicy, paging
from alerts.repricing import WORDS
from alerts.telemetry import Telemetry
from analytics.slo.arithmetic import Counts, burn_rate
from analytics.slo.burn import TierQuestion
from analytics.slo.evidence import Gate, posterior_over
from analytics.slo.objective import Objective, Sli
from analytics.slo.verdicts import Verdict
from instrumentation.downgrade import Tier


class Counterfactual(Protocol):
    """Estimates burns that are not observed."""

    def estimates(
        self, policy: RoutePolicy, objectives: Sequence[Objective], state: State, at: datetime
    ) -> tuple[Estimate, ...]:
        """What each objective would burn had the recent traffic been served at the tier above."""
        ...


@dataclass(frozen=True, slots=True)
class TierAbove:
    """Answers from what is known of the requests."""

    telemetry: Telemetry
    gate: Gate

    def estimates(
        self, policy: RoutePolicy, objectives: Sequence[Objective], state: State, at: datetime
    ) -> tuple[Estimate, ...]:
        """One estimate for each objective that moves the controller; none at the best tier."""
        tier = state.position.above
        watched = [objective for objective in objectives if paging(objective)]
        if tier is None or not watched:
            return ()
        asked = {o.name: TierQuestion(o.objective_id, tier, _window_s(o, state, at)) for o in watched}
        counts = self.telemetry.tier_counts(list(dict.fromkeys(asked.values())), at)
        served = [self._estimate(o, counts[asked[o.name]], tier, policy, Basis.SERVED) for o in watched]
        return tuple(self._repriced(o, known, policy, at) for o, known in zip(watched, served, strict=True))

    def _repriced(self, objective: Objective, served: Estimate, policy: RoutePolicy, at: datetime) -> Estimate:
        """The same by price, where the objective is about a ceiling and nothing dearer was seen."""
        if objective.sli is not Sli.COST or served.verdict is Verdict.FIRING:
            return served
        window = at - timedelta(seconds=paging(objective)[0].long_s), at
        counts = self.telemetry.ceiling_counts(objective, _words(objective, policy), served.tier, window)
        found = self._estimate(objective, counts, served.tier, policy, Basis.REPRICED)
        return served if found.burn is None else found

    def _estimate(
        self, objective: Objective, counts: Counts, tier: Tier, policy: RoutePolicy, basis: Basis
    ) -> Estimate:
        burn = burn_rate(counts, objective.target) if counts.worth >= self.gate.minimum_requests else None
        verdict = self._verdict(counts, burn, objective.target, policy)
        return Estimate(objective.name, tier, burn, int(counts.worth), verdict, basis)

    def _verdict(self, counts: Counts, burn: float | None, target: float, policy: RoutePolicy) -> Verdict:
        if burn is not None and burn >= 1 and posterior_over(counts, 1 - target) >= self.gate.confidence:
            return Verdict.FIRING
        known = burn is not None and burn < policy.recover_below
        return Verdict.OK if known else Verdict.INSUFFICIENT_DATA


def _words(objective: Objective, policy: RoutePolicy) -> Mapping[str, str | None]:
    """The requests that the objective and the route have in common."""
    own = {"tenant": policy.tenant, "route": policy.route}
    return {word: getattr(objective, word) or own.get(word) for word in WORDS}


def _window_s(objective: Objective, state: State, at: datetime) -> float:
    """The quickest long window; on trial no more than the time of the trial."""
    longest_s = paging(objective)[0].long_s
    if not state.probing or state.tried_at is None:
        return longest_s
    return min(longest_s, max(1.0, (at - state.tried_at).total_seconds()))
