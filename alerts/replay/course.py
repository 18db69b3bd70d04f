"""The course of things: requests arrive and are served as decided, become known when they end, and somebody looks.

What arrives from one look to the next is served at the tiers that were in force after the first; who is in a share is
told by the same sticky hash as in a router. In stored history a request stays what it was as long as its scopes stand
where they really stood; only where somebody would have decided otherwise is it served otherwise.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import heappop, heappush

import numpy as np

from alerts.controller import Position
from alerts.policy import RoutePolicy
from alerts.replay.memory import Memory
from alerts.replay.steering import Maker, Move, Rules
from alerts.replay.world import Flags, Floats, Ints, World
from analytics.slo.burn import nanoseconds
from instrumentation.decision_rows import sticky_fraction
from instrumentation.downgrade import Scope

_OTHERS = 2.0
"""Stands for the fraction of a request that is not in a scope; those that are have one below 1."""
_STRIDE = 500
"""Looks between two reports of progress."""


@dataclass(frozen=True, slots=True)
class Course:
    """What came of a world."""

    name: str
    """Who steered."""
    tier: Ints
    """Place of the tier that served each request."""
    moves: tuple[Move, ...] = ()


class Router:
    """Obeys positions as routers do: the narrowest scope that says something, by a sticky hash."""

    def __init__(self, world: World, policies: Sequence[RoutePolicy], positions: Mapping[Scope, Position]) -> None:
        self.world = world
        self._place = {tier: place for place, tier in enumerate(world.tiers)}
        self._policies = sorted(policies, key=lambda policy: policy.tenant is not None)
        self._positions = dict(positions)
        self._fractions = {policy.scope: _fractions(world, policy) for policy in policies}
        self._best = self._best_tiers()

    def move(self, moves: Sequence[Move]) -> None:
        """Obey from now on."""
        for move in moves:
            self._positions[move.scope] = move.after

    def tiers(self, first: int, last: int) -> Ints:
        """The places of the tiers of these requests."""
        if first == last:
            return np.zeros(0, np.int64)
        actual = self.world.actual
        if actual is None:
            return self._decided(first, last)
        otherwise = self._otherwise(first, last)
        return (
            np.where(otherwise, self._decided(first, last), actual[first:last])
            if otherwise.any()
            else actual[first:last]
        )

    def _otherwise(self, first: int, last: int) -> Flags:
        """Whether a scope of a request stands elsewhere than it really stood."""
        found = np.zeros(last - first, np.bool_)
        for policy in self._policies:
            position, recorded = self._positions[policy.scope], self.world.recorded
            edges = [recorded.position(policy, int(self.world.arrived_ns[place])) for place in (first, last - 1)]
            if edges[0] == edges[1]:
                elsewhere = np.full(last - first, edges[0] != position)
            else:
                arrived = self.world.arrived_ns[first:last].tolist()
                elsewhere = np.array([recorded.position(policy, at_ns) != position for at_ns in arrived], np.bool_)
            found |= elsewhere & (self._fractions[policy.scope][first:last] < _OTHERS)
        return found

    def _decided(self, first: int, last: int) -> Ints:
        """By what is in force."""
        found = self._best[first:last]
        for policy in self._policies:
            position = self._positions[policy.scope]
            if not position.best:
                fraction = self._fractions[policy.scope][first:last]
                found = np.where(fraction < _OTHERS, self._split(position, fraction, found), found)
        return found

    def _split(self, position: Position, fraction: Floats, wider: Ints) -> Ints:
        """A request outside the share is one tier above, or falls under a wider scope."""
        rest = wider if len(position.path) == 1 else np.full_like(wider, self._place[position.path[-1]])
        return np.where(fraction < position.share, self._place[position.tier], rest)

    def _best_tiers(self) -> Ints:
        found = np.zeros(self.world.requests, np.int64)
        for policy in self._policies:
            found = np.where(self._fractions[policy.scope] < _OTHERS, self._place[policy.ladder[0]], found)
        return found


def looks_of(world: World, look_s: float) -> list[datetime]:
    """Instants from the start on, this far apart."""
    many = int((world.until - world.start) / timedelta(seconds=look_s))
    return [world.start + timedelta(seconds=look_s * number) for number in range(many)]


def run(
    world: World,
    rules: Rules,
    maker: Maker,
    looks: Sequence[datetime],
    *,
    name: str = "controller",
    progress: Callable[[float], object] | None = None,
) -> Course:
    """Let somebody steer a world, looking at these instants; ``progress`` is told the part in 0..1 that is over.

    What really happened before the first look is known, and stays.
    """
    memory = Memory(world, rules.objectives, rules.budgets)
    steering = maker(rules, memory)
    router = Router(world, rules.policies, steering.positions)
    served, moves = np.zeros(world.requests, np.int64), list[Move]()
    under_way: list[tuple[int, int, int, int]] = []
    edges = [*np.searchsorted(world.arrived_ns, [nanoseconds(at) for at in looks]).tolist(), world.requests]
    served[: edges[0]] = router.tiers(0, edges[0]) if world.actual is None else world.actual[: edges[0]]
    _send(world, served, range(edges[0]), under_way)
    for number, at in enumerate(looks):
        at_ns = nanoseconds(at)
        while under_way and under_way[0][0] <= at_ns:
            _, ended_ns, request, tier = heappop(under_way)
            memory.learn(request, tier, ended_ns)
        changed = steering.look(at)
        router.move(changed)
        moves += changed
        first, last = edges[number], edges[number + 1]
        served[first:last] = router.tiers(first, last)
        _send(world, served, range(first, last), under_way)
        if progress is not None and number % _STRIDE == 0:
            progress(number / len(looks))
    return Course(name, served, tuple(moves))


def _send(world: World, served: Ints, requests: range, under_way: list[tuple[int, int, int, int]]) -> None:
    for request in requests:
        tier = int(served[request])
        ended_ns = int(world.arrived_ns[request] + world.outcomes[tier].lasted_ns[request])
        heappush(under_way, (max(ended_ns, int(world.known_from_ns[request])), ended_ns, request, tier))


def _fractions(world: World, policy: RoutePolicy) -> Floats:
    """Where each request lies under the salt of a policy's decisions; another number for requests of other scopes."""
    mine = [
        words.get("route") == policy.route and policy.tenant in (None, words.get("tenant")) for words in world.groups
    ]
    salted = (
        sticky_fraction(policy.name, key) if mine[group] else _OTHERS
        for key, group in zip(world.keys, world.group, strict=True)
    )
    return np.fromiter(salted, np.float64, world.requests)
