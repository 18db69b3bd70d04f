"""The best that hindsight could have done: who serves each request, knowing the incidents and all of every period.

    errors, slowness   while an incident is about some tiers, their requests go to the best tier of the fast ladder that
                       it is not about; without such a tier they stay
    money              in every period of a budget, requests go down, the most dollars saved for the least expected
                       quality lost first, until the period stays within the amount (the greedy solution of the
                       fractional multiple-choice knapsack: at most one request away from the least loss there is)

It stops at the cheapest model, as pace does. Several budgets are kept one after the other. Nobody can steer like this;
it says how much of a loss was avoidable.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from alerts.policy import RoutePolicy
from alerts.replay.course import Course
from alerts.replay.scenario import Incident, IncidentKind
from alerts.replay.steering import Rules
from alerts.replay.traffic import on
from alerts.replay.world import Flags, Floats, Ints, World, femto
from analytics.slo.burn import nanoseconds
from analytics.spending.budget import SpendBudget
from instrumentation.downgrade import WITHOUT_MODEL

_MOST_FEMTO = 10**18
"""A thousand dollars: what a request costs where nobody knows."""
_AVOIDED = frozenset({IncidentKind.ERRORS, IncidentKind.SLOW})
Step = tuple[float, int, int, int]
"""Quality lost for a femtodollar saved, the request, the tier after, and the femtodollars."""


def oracle(world: World, rules: Rules, incidents: Sequence[Incident] = ()) -> Course:
    """The course that hindsight would have taken."""
    tier = np.zeros(world.requests, np.int64)
    for policy in sorted(rules.policies, key=lambda one: one.tenant is not None):
        mine = _mine(world, policy)
        tier = np.where(mine, world.tiers.index(policy.ladder[0]), tier)
        for incident in incidents:
            tier = _avoided(world, policy, incident, mine, tier)
    for budget in rules.budgets:
        steered = [policy for policy in rules.policies if budget.name in policy.budgets]
        for policy in steered:
            tier = _afforded(world, policy, budget, tier)
    return Course("oracle", tier)


def _mine(world: World, policy: RoutePolicy) -> Flags:
    within = [
        words.get("route") == policy.route and policy.tenant in (None, words.get("tenant")) for words in world.groups
    ]
    return np.array(within, np.bool_)[world.group]


def _avoided(
    world: World,
    policy: RoutePolicy,
    incident: Incident,
    mine: Flags,
    tier: Ints,
) -> Ints:
    whole = [one for one in policy.fast if one not in incident.tiers and one in world.tiers]
    if incident.kind not in _AVOIDED or not incident.tiers or not whole:
        return tier
    at_s = (world.arrived_ns - nanoseconds(world.start)) / 1e9
    touched = np.isin(tier, [world.tiers.index(one) for one in incident.tiers if one in world.tiers])
    return np.where(mine & touched & on(incident, at_s), world.tiers.index(whole[0]), tier)


def _afforded(world: World, policy: RoutePolicy, budget: SpendBudget, tier: Ints) -> Ints:
    """Move requests down until every period of the budget stays within its amount."""
    paid = np.array(
        [budget.covers({k: v for k, v in words.items() if v is not None}) for words in world.groups], np.bool_
    )
    mine, found = paid[world.group], tier.copy()
    movable = _mine(world, policy) & mine
    ladder = [world.tiers.index(one) for one in policy.ladder if one in world.tiers and one not in WITHOUT_MODEL]
    costs, quality = _costs(world), _quality(world)
    for start_ns, until_ns in periods(world, budget):
        within = (world.arrived_ns >= start_ns) & (world.arrived_ns < until_ns)
        requests = np.flatnonzero(within & mine)
        over = int(costs[found[requests], requests].sum()) - femto(budget.amount_usd)
        if over <= 0:
            continue
        steps = (
            s for n in np.flatnonzero(within & movable) for s in _steps(int(n), int(found[n]), ladder, costs, quality)
        )
        for _, request, after, _ in sorted(steps):
            if over <= 0:
                break
            over -= int(costs[found[request], request] - costs[after, request])
            found[request] = after
    return found


def _costs(world: World) -> Ints:
    """Nobody is moved to where the cost is not known."""
    found = np.stack([outcome.cost_femto for outcome in world.outcomes])
    unknown = np.stack([outcome.unpriced_lines > 0 for outcome in world.outcomes])
    unknown[0] = False
    return np.where(unknown, _MOST_FEMTO, found)


def _quality(world: World) -> Floats:
    """Where nobody knows the quality of the tiers, every tier down loses as much."""
    found: Floats = np.stack([outcome.quality for outcome in world.outcomes])
    rungs = np.linspace(1, 0, len(world.outcomes))[:, np.newaxis] * np.ones(world.requests)
    return rungs if np.isnan(found).any() else found


def _steps(request: int, tier: int, ladder: Sequence[int], costs: Ints, quality: Floats) -> Iterator[Step]:
    """The ways down for one request that are worth it, each dearer in quality than the one before: the convex hull."""
    here = tier
    below = [place for place in ladder if place > here]
    while below:
        slopes = [(*_slope(request, here, place, costs, quality), place) for place in below]
        saving = [one for one in slopes if one[1] > 0]
        if not saving:
            return
        rate, saved, place = min(saving, key=lambda one: (one[0], -one[1]))
        yield rate, request, place, saved
        here = place
        below = [lower for lower in below if lower > place]


def _slope(request: int, here: int, there: int, costs: Ints, quality: Floats) -> tuple[float, int]:
    saved = int(costs[here, request] - costs[there, request])
    lost = float(quality[here, request] - quality[there, request])
    return (lost / saved if saved > 0 else 0.0), saved


def periods(world: World, budget: SpendBudget) -> Iterator[tuple[int, int]]:
    """The periods of a budget that the world touches, in nanoseconds."""
    at_ns, until_ns = nanoseconds(world.start), nanoseconds(world.until)
    while at_ns < until_ns:
        period = world.plan(budget, at_ns)
        yield period.start_ns, period.until_ns
        at_ns = period.until_ns
