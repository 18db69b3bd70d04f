"""A scenario as a world: Poisson arrivals on a daily and a weekly curve, and lognormal sizes and latencies.

One seed makes one world. Sizes, latencies and failures are quantiles drawn once per request and looked up in the
distribution of each tier, so a request that is long at one tier is long at all of them.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from scipy.special import ndtri

from alerts.replay.scenario import Demand, Incident, IncidentKind, Scenario, TierTraits
from alerts.replay.world import Flags, Floats, Ints, Lines, Outcome, Rate, World, femto, instant
from alerts.repricing import ANSWER
from analytics.periods import period_of
from analytics.slo.burn import nanoseconds
from analytics.spending.budget import Plan, SpendBudget
from analytics.spending.curve import Pattern, even, from_pattern
from analytics.spending.position import PlannedPeriod

_HOUR_S = 3600.0
_WEEK_HOURS = 168
_SATURDAY = 5
_MILLION = 1_000_000
_WEEKS = 8
CLASSES = ("input_uncached", "output")


def world_of(scenario: Scenario, seed: int) -> World:
    """The world that a seed makes of a scenario."""
    chance = np.random.default_rng(seed)
    length_s = (scenario.until - scenario.start).total_seconds()
    parts = [_arrivals(demand, scenario.incidents, length_s, chance) for demand in scenario.demand]
    order = np.argsort(np.concatenate(parts), kind="stable")
    at_s = np.concatenate(parts)[order]
    group = np.repeat(np.arange(len(parts)), [len(part) for part in parts])[order]
    drawn = _Drawn(scenario, at_s, group, chance)
    rates = _Rates()
    outcomes = tuple(_outcome(drawn, traits, rates) for traits in scenario.tiers)
    return World(
        start=scenario.start,
        until=scenario.until,
        groups=tuple({"route": one.route, "tenant": one.tenant} for one in scenario.demand),
        rates=tuple(rates.found),
        keys=tuple(f"{seed}-{number}" for number in range(len(at_s))),
        group=group.astype(np.int64),
        arrived_ns=drawn.arrived_ns,
        known_from_ns=drawn.known_from_ns(),
        outcomes=outcomes,
        plan=planned(scenario),
    )


def planned(scenario: Scenario) -> Callable[[SpendBudget, int], PlannedPeriod]:
    """Plans from a history in which the scenario's demand came for weeks with nothing wrong."""
    by_hour = tuple(
        round(1000 * sum(_rate(one, hour * _HOUR_S) for one in scenario.demand)) for hour in range(_WEEK_HOURS)
    )
    usual = Pattern(tuple(_WEEKS * spent for spent in by_hour), _WEEKS, (sum(by_hour),) * _WEEKS)

    def plan(budget: SpendBudget, now_ns: int) -> PlannedPeriod:
        start, until = period_of(budget.period, instant(now_ns), budget.clock)
        edges = nanoseconds(start), nanoseconds(until)
        if budget.plan is Plan.EVEN:
            return PlannedPeriod(*edges, even(*edges))
        return PlannedPeriod(*edges, from_pattern(usual, *edges, budget.clock), usual)

    return plan


def planned_usd(scenario: Scenario, start: datetime, until: datetime) -> float:
    """What the best tier is expected to cost between two instants with nothing wrong."""
    best, total = scenario.tiers[0], 0.0
    for one in scenario.demand:
        each = one.input_tokens * float(best.input_usd) + one.output_tokens * best.output_ratio * float(best.output_usd)
        hours = math.ceil((until - start) / timedelta(hours=1))
        offset_s = (start - scenario.start).total_seconds()
        total += sum(_rate(one, offset_s + hour * _HOUR_S) for hour in range(hours)) * each / _MILLION
    return total


def on(incident: Incident, at_s: Floats) -> Flags:
    """Whether an incident is on at instants from the start of the scenario."""
    since_s = at_s - incident.after_s
    within = (since_s >= 0) & (since_s < incident.lasts_s)
    return within if incident.every_s is None else within & (since_s % incident.every_s < incident.every_s / 2)


def _rate(demand: Demand, at_s: float) -> float:
    """Requests an hour, in the middle of the hour that begins then; the scenario begins on a Monday, at midnight."""
    hour = at_s / _HOUR_S + 0.5
    curve = 1 + demand.diurnal * math.cos(2 * math.pi * (hour - demand.busiest_hour) / 24)
    return demand.requests_per_hour * curve * (demand.weekend if hour % _WEEK_HOURS >= _SATURDAY * 24 else 1.0)


def _arrivals(demand: Demand, incidents: Sequence[Incident], length_s: float, chance: np.random.Generator) -> Floats:
    """Arrivals by thinning: the same candidates whatever the incident, unless it is a surge itself."""
    surges = [one for one in incidents if one.kind is IncidentKind.SURGE]
    most = math.prod(max(1.0, one.factor) for one in surges)
    peak = demand.requests_per_hour * (1 + demand.diurnal) * max(1.0, demand.weekend) * most / _HOUR_S
    at_s = np.sort(chance.uniform(0, length_s, chance.poisson(peak * length_s)))
    hours = np.array([_rate(demand, hour * _HOUR_S) for hour in range(_WEEK_HOURS)])
    rate = hours[(at_s // _HOUR_S).astype(int) % _WEEK_HOURS] / _HOUR_S
    for one in surges:
        rate = np.where(on(one, at_s), rate * one.factor, rate)
    kept: Floats = at_s[chance.uniform(0, 1, len(at_s)) < rate / peak]
    return kept


class _Drawn:
    """What was drawn for each request, before any tier serves it."""

    def __init__(self, scenario: Scenario, at_s: Floats, group: Ints, chance: np.random.Generator) -> None:
        self.scenario, self.at_s = scenario, at_s
        self.arrived_ns: Ints = nanoseconds(scenario.start) + (at_s * 1e6).astype(np.int64) * 1000
        self.slowness = ndtri(chance.uniform(1e-9, 1, len(at_s)))
        self.luck = chance.uniform(0, 1, len(at_s))
        self.tokens = [self._sizes(group, name, chance) for name in ("input_tokens", "output_tokens")]

    def factor(self, kind: IncidentKind, traits: TierTraits) -> Floats:
        """The product of all incidents of a kind at a tier."""
        found = np.ones(len(self.at_s))
        for one in self.incidents(kind, traits):
            found = np.where(on(one, self.at_s), found * one.factor, found)
        return found

    def incidents(self, kind: IncidentKind, traits: TierTraits) -> Iterator[Incident]:
        """Those of a kind that are about a tier."""
        return (
            one for one in self.scenario.incidents if one.kind is kind and (not one.tiers or traits.tier in one.tiers)
        )

    def known_from_ns(self) -> Ints:
        """Nothing is known of what came in a gap before it ends."""
        found = np.zeros(len(self.at_s), np.int64)
        for gap in (one for one in self.scenario.incidents if one.kind is IncidentKind.GAP):
            over_ns = nanoseconds(self.scenario.start + timedelta(seconds=gap.after_s + gap.lasts_s))
            found = np.where(on(gap, self.at_s), over_ns, found)
        return found

    def _sizes(self, group: Ints, name: str, chance: np.random.Generator) -> Floats:
        spread = np.array([one.spread for one in self.scenario.demand])[group]
        mean = np.array([getattr(one, name) for one in self.scenario.demand])[group]
        drawn: Floats = mean * np.exp(spread * chance.standard_normal(len(group)) - spread**2 / 2)
        return drawn


@dataclass(slots=True)
class _Rates:
    """Rates as they turn up, each once."""

    found: dict[Rate, int]

    def __init__(self) -> None:
        self.found = {}

    def places(self, rate: Callable[[float], Rate], factors: Floats) -> Ints:
        """The place of the rate of each request."""
        distinct, which = np.unique(factors, return_inverse=True)
        places = [self.found.setdefault(rate(float(factor)), len(self.found)) for factor in distinct]
        return np.array(places, np.int64)[which]


def _outcome(drawn: _Drawn, traits: TierTraits, rates: _Rates) -> Outcome:
    many = len(drawn.at_s)
    more, dearer = drawn.factor(IncidentKind.TOKENS, traits), drawn.factor(IncidentKind.PRICE, traits)
    longer = (1.0, traits.output_ratio)
    quantities = [
        np.maximum(1, sizes * more * ratio).astype(np.int64) for sizes, ratio in zip(drawn.tokens, longer, strict=True)
    ]
    places, prices = [], []
    for name, price_usd in zip(CLASSES, (traits.input_usd, traits.output_usd), strict=True):

        def rate(factor: float, name: str = name, base: int = femto(price_usd) // _MILLION) -> Rate:
            return Rate(ANSWER, name, "simulated", f"{traits.tier}-model", round(base * factor))

        places.append(rates.places(rate, dearer))
        table = np.array([one.price_femto for one in rates.found], np.int64)
        prices.append(table[places[-1]])
    lines = Lines(
        first=2 * np.arange(many + 1, dtype=np.int64),
        rate=np.column_stack(places).ravel(),
        quantity=np.column_stack(quantities).ravel(),
        at_ns=np.repeat(drawn.arrived_ns, 2),
    )
    return Outcome(
        tier=traits.tier,
        lasted_ns=_lasted_ns(drawn, traits),
        failed=drawn.luck < _error_ratio(drawn, traits),
        quality=np.full(many, traits.quality),
        lines=lines,
        cost_femto=sum((q * p for q, p in zip(quantities, prices, strict=True)), np.zeros(many, np.int64)),
        unpriced_lines=np.zeros(many, np.int64),
        measured=np.zeros(many, np.bool_),
    )


def _lasted_ns(drawn: _Drawn, traits: TierTraits) -> Ints:
    slow = drawn.factor(IncidentKind.SLOW, traits)
    lasted_ms: Floats = traits.latency_ms * slow * np.exp(traits.latency_spread * drawn.slowness)
    return (lasted_ms * 1000).astype(np.int64) * 1000


def _error_ratio(drawn: _Drawn, traits: TierTraits) -> Floats:
    found = np.full(len(drawn.at_s), traits.error_ratio)
    for one in drawn.incidents(IncidentKind.ERRORS, traits):
        found = np.where(on(one, drawn.at_s), np.maximum(found, one.factor), found)
    return found
