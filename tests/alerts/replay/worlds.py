"""Small scenarios, their worlds, and the same requests in a real store."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from alerts.controller import State
from alerts.counterfactual import TierAbove
from alerts.policy import RoutePolicy
from alerts.replay.catalogue import TIERS
from alerts.replay.scenario import Demand, Frame, Incident, Scenario
from alerts.replay.traffic import world_of
from alerts.replay.world import instant, usd
from alerts.settings import EvaluationSettings
from alerts.spend import SpendBurns
from alerts.telemetry import StoredTelemetry
from alerts.watching import Route, Sources
from analytics.periods import Period
from analytics.slo.evidence import Gate
from analytics.slo.objective import Objective, Sli
from analytics.spending.budget import SpendBudget
from analytics.spending.spending import Spending
from tests.analytics.stored import Line, Stored

OBJECTIVES = (
    Objective("up", Sli.AVAILABILITY, 0.9, route="answer", period_s=86400.0 * 14),
    Objective("quick", Sli.LATENCY, 0.9, threshold_ms=2500.0, route="answer", period_s=86400.0 * 14),
    Objective("cheap", Sli.COST, 0.9, ceiling_usd=Decimal("0.008"), route="answer", period_s=86400.0 * 14),
    Objective("short", Sli.TOKENS, 0.9, ceiling_tokens=3000, tenant="acme", period_s=86400.0 * 14),
)
BUDGETS = (
    SpendBudget("day", Decimal(10), Period.DAY, route="answer"),
    SpendBudget("acme", Decimal(90), Period.WEEK, tenant="acme"),
)


def small(*incidents: Incident, days: float = 0.25, **more) -> Scenario:
    """Two tenants on one route, by day and night alike, with promises of every kind."""
    demand = tuple(
        Demand(tenant=tenant, requests_per_hour=hourly, diurnal=0.0)
        for tenant, hourly in (("acme", 40.0), ("zoo", 20.0))
    )
    made = Scenario(
        name="small",
        frame=Frame(days=days),
        demand=demand,
        tiers=tuple(replace(tier, error_ratio=0.05) for tier in TIERS),
        incidents=incidents,
        objectives=OBJECTIVES,
        budgets=BUDGETS,
        routes=(RoutePolicy("answer", budgets=("day", "acme"), objectives=tuple(one.name for one in OBJECTIVES)),),
        gate=Gate(),
        evaluation=EvaluationSettings(),
    )
    return replace(made, **more)


def stored(world, request: int, tier: int) -> Stored:
    """A request of a world as the store would have it, served at a tier."""
    outcome, words = world.outcomes[tier], world.groups[world.group[request]]
    first, last = outcome.lines.first[request : request + 2]
    lines = tuple(
        Line(
            usage_class=rate.usage_class,
            quantity=int(outcome.lines.quantity[place]),
            unit_price_usd=None if rate.price_femto is None else str(usd(rate.price_femto)),
            provider=rate.provider,
            model=rate.model,
            started_at=int(outcome.lines.at_ns[place]),
            purpose=rate.purpose,
        )
        for place in range(first, last)
        for rate in [world.rates[outcome.lines.rate[place]]]
    )
    return Stored(
        number=request + 1,
        started_at=int(world.arrived_ns[request]),
        duration_ns=int(outcome.lasted_ns[request]),
        status="error" if outcome.failed[request] else "ok",
        tenant=words["tenant"],
        team=None,
        feature=None,
        route=words["route"],
        tier=str(world.tiers[tier]),
        lines=lines,
    )


def live(store, scenario: Scenario) -> Sources:
    """What the server would watch with."""
    known, spending = StoredTelemetry(store), Spending(store, scenario.budgets)
    return Sources(known, scenario.gate, TierAbove(known, scenario.gate), SpendBurns(spending, known, scenario.gate))


def remembering(memory, scenario: Scenario) -> Sources:
    """What a replay watches with."""
    burns = SpendBurns(memory, memory, scenario.gate)
    return Sources(memory, scenario.gate, TierAbove(memory, scenario.gate), burns)


def route(scenario: Scenario, position, at) -> Route:
    """The scenario's route, stepped down long ago."""
    state = State(position, stepped_at=at - timedelta(days=1))
    return Route.of(scenario.policies[0], scenario.objectives, state)


__all__ = ["instant", "live", "remembering", "route", "small", "stored", "world_of"]
