"""What every route is observed by at one instant: counts, spend, telemetry, quality and the words of operators."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from alerts.controller import Estimate, Observation, Override, Reading, State, TierQuality, dwelt
from alerts.counterfactual import Counterfactual
from alerts.policy import RoutePolicy, floor, paging, steering
from alerts.spend import SpendBurns
from alerts.telemetry import Telemetry
from analytics.slo.arithmetic import Counts, burn_rate
from analytics.slo.burn import Asked, TierQuestion
from analytics.slo.evidence import Gate, judged, posterior_over
from analytics.slo.objective import Objective
from analytics.slo.windows import Window
from instrumentation.downgrade import LADDER, Scope, Tier


@dataclass(frozen=True, slots=True)
class Row:
    """One row of an objective that pages, with the questions of its two windows."""

    objective: Objective
    window: Window
    factor: float
    long: Asked
    short: Asked


@dataclass(frozen=True, slots=True)
class Route:
    """A policy with what steers it and where it stands."""

    policy: RoutePolicy
    objectives: tuple[Objective, ...]
    quality: tuple[Objective, ...]
    state: State
    rows: tuple[Row, ...]
    """Of its objectives, one after the other."""

    @classmethod
    def of(cls, policy: RoutePolicy, objectives: Sequence[Objective], state: State) -> "Route":
        """A policy among all objectives."""
        steered = steering(policy, objectives)
        rows = tuple(row for objective in steered for row in _rows(objective))
        return cls(policy, steered, floor(policy, objectives), state, rows)

    def asked(self) -> Iterator[Asked]:
        """Every window that has to be counted."""
        for row in self.rows:
            yield row.long
            yield row.short

    def questions(self) -> Iterator[TierQuestion]:
        """Every tier at which a quality objective has to be counted."""
        for objective in self.quality:
            longest_s = max(window.long_s for window in objective.windows)
            for tier in self.tiers:
                yield TierQuestion(objective.objective_id, tier, longest_s)

    @property
    def tiers(self) -> tuple[Tier, ...]:
        """Every tier of its ladders, best first."""
        known = {*self.policy.ladder, *self.policy.fast}
        return tuple(tier for tier in LADDER if tier in known)


@dataclass(frozen=True, slots=True)
class Sources:
    """Where observations come from."""

    telemetry: Telemetry
    gate: Gate
    estimate: Counterfactual
    spend: SpendBurns | None = None
    overrides: Mapping[Scope, Override] = field(default_factory=dict)

    def observations(self, routes: Sequence[Route], at: datetime) -> Mapping[Scope, Observation]:
        """Look at every route, with one question for all of their windows."""
        counts = self.telemetry.window_counts([asked for route in routes for asked in route.asked()], at)
        judgements = self.telemetry.tier_counts(list(dict.fromkeys(q for r in routes for q in r.questions())), at)
        paid = {} if self.spend is None else self.spend.readings([route.policy for route in routes], at)
        newest_at = self.telemetry.newest_at(at) if routes else None
        return {
            route.policy.scope: Observation(
                readings=(*self._readings(route, counts), *paid.get(route.policy.scope, ())),
                estimates=self._estimates(route, at),
                quality=tuple(self._quality(route, judgements)),
                newest_at=newest_at,
                override=self.overrides.get(route.policy.scope),
                jitter=_jitter(route),
            )
            for route in routes
        }

    def _readings(self, route: Route, counts: Mapping[Asked, Counts]) -> Iterator[Reading]:
        for row in route.rows:
            long, short, objective = counts[row.long], counts[row.short], row.objective
            judgement = judged(long, short, target=objective.target, factor=row.factor, gate=self.gate)
            yield Reading(objective.name, objective.sli, row.window, row.factor, long, short, judgement)

    def _estimates(self, route: Route, at: datetime) -> tuple[Estimate, ...]:
        """What is known of the tier above, where it can matter: on trial, or stepped down for long enough."""
        state, policy = route.state, route.policy
        above = state.position.above
        if above is None or not (state.probing or dwelt(state, at, policy, _jitter(route))):
            return ()
        of_objectives = self.estimate.estimates(policy, route.objectives, state, at)
        return (*of_objectives, *(() if self.spend is None else self.spend.estimates(policy, above)))

    def _quality(self, route: Route, counts: Mapping[TierQuestion, Counts]) -> Iterator[TierQuality]:
        for objective, question in ((o, q) for o in route.quality for q in route.questions()):
            if question.objective_id == objective.objective_id and counts[question].total:
                yield tier_quality(objective, Tier(question.tier), counts[question], self.gate)


def _rows(objective: Objective) -> Iterator[Row]:
    objective_id = objective.objective_id
    for window in paging(objective):
        asked = (objective_id, window.long_s), (objective_id, window.short_s)
        yield Row(objective, window, objective.factor(window), *asked)


def tier_quality(objective: Objective, tier: Tier, counts: Counts, gate: Gate) -> TierQuality:
    """Whether an objective is missed at a tier, with evidence: the true ratio of bad answers is above what is allowed.

    >>> from analytics.slo.objective import Sli
    >>> good = Objective("good", Sli.AVAILABILITY, target=0.99)
    >>> [tier_quality(good, Tier.ECONOMY, Counts(n, n // 2), Gate()).breached for n in (2, 20)]
    [False, True]
    """
    posterior = posterior_over(counts, 1 - objective.target)
    breached = counts.worth >= gate.minimum_requests and posterior >= gate.confidence
    return TierQuality(tier, objective.name, counts, burn_rate(counts, objective.target), posterior, breached)


def jitter(key: str) -> float:
    """A number in 0..1 that is always the same for a key and spreads over keys.

    >>> round(jitter("answer"), 3), jitter("answer") == jitter("answer")
    (0.054, True)
    """
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big") / 2**32


def _jitter(route: Route) -> float:
    return jitter(f"{route.policy.name} {route.state.stepped_at}")
