"""From the store to the board, every second: read counts, judge, step every route's controller, publish decisions.

A step is written to the journal before it is published, so that nothing is in force that is not on record. When the
store cannot be read or written nothing is published either: leases run out, and routers do what their route says.
Missing data is different, it is an observation: the last decision stays and its lease is renewed.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Event
from typing import Protocol

from alerts.controller import Observation, Reading, Transition, dwelt, initial, jitter, step
from alerts.counterfactual import Counterfactual, RequestsAtTier
from alerts.decisions import decision
from alerts.journal import Journal
from alerts.memory import TRANSITION, Standing, budgets_note, note, remembered
from alerts.policy import RoutePolicy, paging, steering
from alerts.spend import SpendBurns
from alerts.wording import sentence
from analytics.slo.arithmetic import Counts
from analytics.slo.burn import Asked, window_counts
from analytics.slo.evidence import Gate, judged
from analytics.slo.objective import Objective
from collector.store import Store, StoreError
from instrumentation.downgrade import Decision, Scope, Tier

_log = logging.getLogger(__name__)
Standings = Mapping[Scope, Standing]


class Publisher(Protocol):
    """Puts decisions in force, in full: what is no longer among them no longer holds."""

    def publish(self, decisions: Sequence[Decision], at: datetime) -> object:
        """Replace every decision that is in force."""
        ...


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One look at every route."""

    at: datetime
    standings: Standings
    observations: Mapping[Scope, Observation]
    transitions: Mapping[Scope, Transition]
    """The steps of this very look."""
    decisions: tuple[Decision, ...]


def evaluate(
    store: Store,
    objectives: Sequence[Objective],
    policies: Sequence[RoutePolicy],
    standings: Standings,
    at: datetime,
    *,
    gate: Gate | None = None,
    counterfactual: Counterfactual | None = None,
    spend: SpendBurns | None = None,
) -> Evaluation:
    """Observe every route at ``at`` and step its controller. Reads the store, changes nothing in it."""
    gate = gate or Gate()
    estimate = counterfactual or RequestsAtTier(store, gate)
    routes = [_Route(p, steering(p, objectives), standings.get(p.scope, Standing(initial(p)))) for p in policies]
    counts = window_counts(store, [asked for route in routes for asked in route.asked()], at)
    paid = {} if spend is None else spend.readings(policies, at)
    seen = {
        route.policy.scope: route.observed(
            _Sources(counts, paid.get(route.policy.scope, ()), gate, estimate, spend), at
        )
        for route in routes
    }
    stepped = {route.policy.scope: route.stepped(seen[route.policy.scope], at) for route in routes}
    after = {scope: standing for scope, (standing, _) in stepped.items()}
    decisions = (decision(policy, after[policy.scope]) for policy in policies)
    return Evaluation(
        at=at,
        standings=after,
        observations=seen,
        transitions={scope: moved[0] for scope, (_, moved) in stepped.items() if moved},
        decisions=tuple(made for made in decisions if made is not None),
    )


@dataclass(slots=True)
class EvaluationLoop:
    """Evaluates until it is told to stop. Give its ``run`` a thread of its own."""

    store: Store
    objectives: Sequence[Objective]
    policies: Sequence[RoutePolicy]
    journal: Journal
    board: Publisher
    clock: Callable[[], datetime]
    every_s: float = 1.0
    gate: Gate = field(default_factory=Gate)
    counterfactual: Counterfactual | None = None
    spend: SpendBurns | None = None
    """What reads the spend budgets that steer routes; it also keeps them fresh for callers who reserve."""
    latest: Evaluation | None = None
    """The last evaluation that was published."""
    failures: int = 0
    """Evaluations that failed since the start."""
    _standings: Standings | None = None

    def run(self, stop: Event) -> None:
        """Evaluate every ``every_s`` until ``stop`` is set; a failure is logged and counted, the watch goes on."""
        while not stop.is_set():
            try:
                self.tick()
            except StoreError as error:
                self.failures += 1
                _log.warning("no evaluation, decisions are not renewed: %s", error)
            except Exception:  # noqa: BLE001 - the watch must not end because of one error nobody foresaw; it is logged
                self.failures += 1
                _log.exception("an evaluation failed, decisions are not renewed")
            stop.wait(self.every_s)

    def tick(self) -> Evaluation:
        """Evaluate once, write down what was decided, publish it."""
        at = self.clock()
        standings = self._started(at) if self._standings is None else self._standings
        seen = evaluate(
            self.store,
            self.objectives,
            self.policies,
            standings,
            at,
            gate=self.gate,
            counterfactual=self.counterfactual,
            spend=self.spend,
        )
        by_scope = {policy.scope: policy for policy in self.policies}
        notes = [note(by_scope[scope], seen.standings[scope]) for scope in seen.transitions]
        self.journal.append(notes, seen.at)
        for scope, transition in seen.transitions.items():
            _log.info("%s", sentence(transition, by_scope[scope]))
        self._standings = seen.standings
        self.board.publish(seen.decisions, seen.at)
        self.latest = seen
        return seen

    def _started(self, at: datetime) -> Standings:
        """Note what is watched, if that has changed, and take up where the journal ends."""
        self.journal.keep(budgets_note(self.objectives, self.policies), at)
        return remembered(self.journal.entries(TRANSITION), self.policies)


@dataclass(frozen=True, slots=True)
class _Route:
    """A policy with what steers it and where it stands."""

    policy: RoutePolicy
    objectives: tuple[Objective, ...]
    standing: Standing

    def asked(self) -> Iterator[Asked]:
        """Every window that has to be counted."""
        for objective in self.objectives:
            for window in paging(objective):
                yield objective.objective_id, window.long_s
                yield objective.objective_id, window.short_s

    def observed(self, sources: "_Sources", at: datetime) -> Observation:
        """The readings, and the counterfactual where it can matter: stepped down, and long enough."""
        state = self.standing.state
        judged_rows = (r for objective in self.objectives for r in _readings(objective, sources.counts, sources.gate))
        readings = (*judged_rows, *sources.paid)
        observation = Observation(readings, jitter=jitter(f"{self.policy.name} {state.stepped_at}"))
        if not dwelt(state, at, self.policy, observation.jitter):
            return observation
        above = self.policy.ladder[self.policy.rung(state.tier) - 1]
        return replace(observation, counterfactual_burn=sources.counterfactual(self.policy, self.objectives, above, at))

    def stepped(self, observation: Observation, at: datetime) -> tuple[Standing, tuple[Transition, ...]]:
        """The standing after the observation, and the step taken, if any."""
        state, moved = step(self.standing.state, observation, at, self.policy)
        return Standing(state, moved[0] if moved else self.standing.transition), moved


@dataclass(frozen=True, slots=True)
class _Sources:
    """What one route is observed by."""

    counts: Mapping[Asked, Counts]
    paid: tuple[Reading, ...]
    gate: Gate
    estimate: Counterfactual
    spend: SpendBurns | None

    def counterfactual(
        self, policy: RoutePolicy, objectives: Sequence[Objective], tier: Tier, at: datetime
    ) -> float | None:
        """The highest burn at a tier, of objectives and budgets; None when one is unknown and none is over."""
        burns = [self.estimate.burn(objectives, tier, at)] if objectives else []
        if self.spend is not None and self.paid:
            burns.append(self.spend.burn(policy, tier))
        known = [burn for burn in burns if burn is not None]
        return max(known) if known and (len(known) == len(burns) or max(known) >= 1) else None


def _readings(objective: Objective, counts: Mapping[Asked, Counts], gate: Gate) -> Iterator[Reading]:
    for window in paging(objective):
        long, short = (counts[objective.objective_id, seconds] for seconds in (window.long_s, window.short_s))
        factor = objective.factor(window)
        judgement = judged(long, short, target=objective.target, factor=factor, gate=gate)
        yield Reading(objective.name, objective.sli, window, factor, long, short, judgement)
