"""Whoever steers: looks at what is known, and says where each scope is served from then on.

``Controller`` is the one that runs in the server: the same observation, step and cap, over a memory instead of a store.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from alerts.admission import Cap
from alerts.controller import Estimate, Observation, Override, Position, State, Transition, initial
from alerts.controller.observation import Basis
from alerts.counterfactual import TierAbove
from alerts.evaluation import stepped_together
from alerts.policy import RoutePolicy
from alerts.replay.memory import Memory
from alerts.spend import SpendBurns
from alerts.watching import Route, Sources
from alerts.wording import sentence
from analytics.slo.evidence import Gate
from analytics.slo.objective import Objective
from analytics.slo.verdicts import Verdict
from analytics.spending.budget import SpendBudget
from instrumentation.downgrade import Scope


@dataclass(frozen=True, slots=True)
class Rules:
    """What is promised and permitted, whoever steers."""

    policies: tuple[RoutePolicy, ...]
    objectives: tuple[Objective, ...]
    budgets: tuple[SpendBudget, ...]
    gate: Gate = field(default_factory=Gate)
    cap: Cap = field(default_factory=Cap)
    states: Mapping[Scope, State] = field(default_factory=dict)
    """Where the controller begins, by what was in its journal; other scopes begin at their best tier."""
    overrides: Callable[[datetime], Mapping[Scope, Override]] | None = None
    """What operators had in force at an instant."""


@dataclass(frozen=True, slots=True)
class Move:
    """One change of where a scope is served."""

    at: datetime
    scope: Scope
    before: Position
    after: Position
    why: str
    """A sentence."""

    @property
    def downwards(self) -> bool:
        """Whether quality was given up."""
        return self.after.depth > self.before.depth


class Steering(Protocol):
    """Decides, one look after the other."""

    @property
    def positions(self) -> Mapping[Scope, Position]:
        """Where every scope stands now."""
        ...

    def look(self, at: datetime) -> Sequence[Move]:
        """What changes now."""
        ...


Maker = Callable[[Rules, Memory], Steering]


class Controller:
    """Burnline's own controller."""

    def __init__(self, rules: Rules, memory: Memory) -> None:
        self.rules, self.memory = rules, memory
        self.states: dict[Scope, State] = {
            policy.scope: rules.states.get(policy.scope, initial(policy)) for policy in rules.policies
        }
        self.transitions: list[tuple[Scope, Transition]] = []
        self._routes = {policy.scope: Route.of(policy, rules.objectives, initial(policy)) for policy in rules.policies}
        self._sources = Sources(
            memory, rules.gate, TierAbove(memory, rules.gate), SpendBurns(memory, memory, rules.gate)
        )

    @property
    def positions(self) -> Mapping[Scope, Position]:
        """Where every scope stands now."""
        return {scope: state.position for scope, state in self.states.items()}

    def look(self, at: datetime) -> Sequence[Move]:
        """One evaluation, as ``alerts/evaluation.py`` makes it."""
        routes = [replace(route, state=self.states[scope]) for scope, route in self._routes.items()]
        words = {} if self.rules.overrides is None else self.rules.overrides(at)
        found = replace(self._sources, overrides=words).observations(routes, at)
        seen = {scope: self.seen(scope, observation) for scope, observation in found.items()}
        _, stepped = stepped_together(routes, seen, at, self.rules.cap)
        moves: list[Move] = []
        for scope, (state, changed) in stepped.items():
            self.states[scope] = state
            self.transitions += [(scope, change) for change in changed]
            moves += [self._move(scope, change) for change in changed if change.moved]
        return moves

    def seen(self, scope: Scope, observation: Observation) -> Observation:
        """What is made of an observation before it counts."""
        del scope
        return observation

    def _move(self, scope: Scope, change: Transition) -> Move:
        return Move(change.at, scope, change.before, change.after, sentence(change, self._routes[scope].policy))


class Observed(Controller):
    """The same controller, but it steps up on the burn that is observed, as if that told of the tier above."""

    def seen(self, scope: Scope, observation: Observation) -> Observation:
        """Take what burns here for what would burn there."""
        above = self.states[scope].position.above
        if above is None or not observation.estimates:
            return observation
        estimates = tuple(
            Estimate(
                objective=reading.objective,
                tier=above,
                burn=reading.judgement.long_burn,
                requests=max(round(reading.long.total), self._routes[scope].policy.probe_requests),
                verdict=Verdict.OK,
                basis=Basis.SERVED,
                paid=reading.money is not None,
            )
            for reading in observation.readings
        )
        return replace(observation, estimates=estimates)
