"""From the store to the board, as soon as there is news: observe, step every route's controller, publish decisions.

A step is written to the journal before it is published, so that nothing is in force that is not on record. When the
store cannot be read or written nothing is published either: leases run out, and routers do what their route says.
Missing data is different, it is an observation: the last decision stays and its lease is renewed.

Without news there is a look every second. Looks that follow news take at most a fifth of a core: after one comes a rest
of four times what it cost. So news after a silence is looked at in its instant.

Scopes that want to change are counted against the cap together; those that have to wait are stepped without being
admitted, and are shown as pending.
"""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from alerts.admission import Cap, Proposal, admitted
from alerts.controller import PAGES, Observation, Override, Transition, initial, step
from alerts.controller.step import Stepped
from alerts.counterfactual import Counterfactual, TierAbove
from alerts.decisions import decisions
from alerts.journal import Journal
from alerts.memory import TRANSITION, Standing, budgets_note, note, remembered, waiting
from alerts.operators import Operators
from alerts.policy import RoutePolicy
from alerts.spend import SpendBurns
from alerts.telemetry import StoredTelemetry
from alerts.watching import Route, Sources
from alerts.wording import sentence
from analytics.slo.evidence import Gate
from analytics.slo.objective import Objective
from analytics.waking import Turns, Why
from collector.store import Store, StoreError
from instrumentation.downgrade import Decision, Scope

_log = logging.getLogger(__name__)
_REST = 4.0
"""Rest after a look that followed news, as a multiple of the CPU time of the look."""
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
    transitions: Mapping[Scope, tuple[Transition, ...]]
    """What this very look changed; scopes that stay as they are have no entry."""
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
    overrides: Mapping[Scope, Override] | None = None,
    cap: Cap | None = None,
) -> Evaluation:
    """Observe every route at ``at`` and step its controller. Reads the store, changes nothing in it."""
    gate = gate or Gate()
    known = StoredTelemetry(store)
    sources = Sources(known, gate, counterfactual or TierAbove(known, gate), spend, overrides or {})
    before = {policy.scope: standings.get(policy.scope, Standing(initial(policy))) for policy in policies}
    routes = [Route.of(policy, objectives, before[policy.scope].state) for policy in policies]
    seen, stepped = stepped_together(routes, sources.observations(routes, at), at, cap or Cap())
    after = {
        policy.scope: waiting(policy, before[policy.scope].after(*stepped[policy.scope]), seen[policy.scope], at)
        for policy in policies
    }
    made = (decisions(policy, after[policy.scope], seen[policy.scope], at) for policy in policies)
    return Evaluation(
        at=at,
        standings=after,
        observations=seen,
        transitions={scope: changed for scope, (_, changed) in stepped.items() if changed},
        decisions=tuple(decision for group in made for decision in group),
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
    operators: Operators | None = None
    """What operators have put in force; None: nobody can."""
    cap: Cap = field(default_factory=Cap)
    prepare: Callable[[datetime], object] | None = None
    """Done before every look."""
    turns: Turns = field(default_factory=Turns)
    """Ring it when there is something new to look at; stop it to end ``run``."""
    latest: Evaluation | None = None
    """The last evaluation that was published."""
    failures: int = 0
    """Evaluations that failed since the start."""
    _standings: Standings | None = None
    _above: Counterfactual = field(init=False)

    def __post_init__(self) -> None:
        self._above = self.counterfactual or TierAbove(StoredTelemetry(self.store), self.gate)

    def run(self) -> None:
        """Evaluate after news and at least every ``every_s``, until ``turns`` is stopped."""
        why = Why.TIME
        while not self.turns.stopped:
            began_s = time.thread_time()
            self._look()
            rest_s = _REST * (time.thread_time() - began_s) if why is Why.NEWS else 0.0
            why = self.turns.rest(min(rest_s, self.every_s), self.every_s)

    def _look(self) -> None:
        """Evaluate; a failure is logged and counted, the watch goes on."""
        try:
            self.tick()
        except StoreError as error:
            self.failures += 1
            _log.warning("no evaluation, decisions are not renewed: %s", error)
        except Exception:  # noqa: BLE001 - the watch must not end because of one error nobody foresaw; it is logged
            self.failures += 1
            _log.exception("an evaluation failed, decisions are not renewed")

    def tick(self) -> Evaluation:
        """Evaluate once, write down what was decided, publish it."""
        at = self.clock()
        if self.prepare is not None:
            self.prepare(at)
        standings = self._started(at) if self._standings is None else self._standings
        seen = evaluate(
            self.store,
            self.objectives,
            self.policies,
            standings,
            at,
            gate=self.gate,
            counterfactual=self._above,
            spend=self.spend,
            overrides=None if self.operators is None else self.operators.in_force(at),
            cap=self.cap,
        )
        self._note(seen)
        self._standings = seen.standings
        self.board.publish(seen.decisions, seen.at)
        self.latest = seen
        return seen

    def _note(self, seen: Evaluation) -> None:
        """Write down what changed, all or nothing, and log it."""
        by_scope = {policy.scope: policy for policy in self.policies}
        changes = [(by_scope[scope], scope, change) for scope, group in seen.transitions.items() for change in group]
        self.journal.append(
            [note(policy, seen.standings[scope].state, change) for policy, scope, change in changes], seen.at
        )
        for policy, _, change in changes:
            _log.log(logging.WARNING if change.why in PAGES else logging.INFO, "%s", sentence(change, policy))

    def _started(self, at: datetime) -> Standings:
        """Note what is watched, if that has changed, and take up where the journal ends."""
        self.journal.keep(budgets_note(self.objectives, self.policies), at)
        return remembered(self.journal.entries(TRANSITION), self.policies)


def stepped_together(
    routes: Sequence[Route], seen: Mapping[Scope, Observation], at: datetime, cap: Cap
) -> tuple[Mapping[Scope, Observation], Mapping[Scope, Stepped]]:
    """Step every route, as many at once as the cap admits."""
    free = {route.policy.scope: step(route.state, seen[route.policy.scope], at, route.policy) for route in routes}
    proposed = [
        Proposal(scope, change.downwards, _fastest(change))
        for scope, (_, changed) in free.items()
        for change in changed
        if change.moved and change.override is None
    ]
    recent = [route.policy.scope for route in routes if route.state.since_step_s(at) < cap.window_s]
    turned_away = {p.scope for p in proposed} - admitted(proposed, recent, scopes=len(routes), cap=cap)
    finally_seen = {scope: replace(o, admitted=scope not in turned_away) for scope, o in seen.items()}
    waited = {
        route.policy.scope: step(route.state, finally_seen[route.policy.scope], at, route.policy)
        for route in routes
        if route.policy.scope in turned_away
    }
    return finally_seen, {**free, **waited}


def _fastest(change: Transition) -> float:
    """The highest burn behind a step."""
    return max((reading.judgement.long_burn or 0.0 for reading in change.causes), default=0.0)
