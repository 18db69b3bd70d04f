"""The incident catalogue: one service, and what may go wrong with it, one thing at a time.

An assistant with 120 requests an hour on average, 36 at night and 204 in the early afternoon, a daily budget of what
the best tier is planned to cost on a weekday plus 15 %, and promises about errors and latency. Prices and latencies are
of the order of large, medium and small models in 2026; the quality of each tier is made up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from alerts.policy import RoutePolicy
from alerts.replay.scenario import Demand, Frame, Incident, IncidentKind, Scenario, TierTraits, scenario_of
from alerts.replay.traffic import planned_usd
from alerts.settings import EvaluationSettings
from analytics.periods import Period
from analytics.slo.evidence import Gate
from analytics.slo.objective import Objective, Sli
from analytics.spending.budget import Plan, SpendBudget
from instrumentation.downgrade import Tier

HEADROOM = 1.15
"""Budget over plan."""
_HOUR, _DAY = 3600.0, 86400.0
_MORNING = 3 * _DAY + 9 * _HOUR
"""Thursday at nine, when most of the day's money is still there."""
_BEST = (Tier.PREMIUM,)

TIERS = (
    TierTraits(Tier.PREMIUM, Decimal("2.50"), Decimal("10.00"), quality=0.90, latency_ms=2200.0),
    TierTraits(Tier.STANDARD, Decimal("0.60"), Decimal("2.40"), quality=0.86, latency_ms=1500.0),
    TierTraits(Tier.ECONOMY, Decimal("0.15"), Decimal("0.60"), quality=0.78, latency_ms=900.0),
)
OBJECTIVES = (
    Objective("answers", Sli.AVAILABILITY, 0.99, route="answer"),
    Objective("quick-answers", Sli.LATENCY, 0.95, threshold_ms=6000.0, route="answer"),
)
ROUTE = RoutePolicy("answer", budgets=("day",))


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the catalogue."""

    about: str
    incidents: Sequence[Incident] = ()
    requests_per_hour: float = 120.0


def _one(
    kind: IncidentKind, lasts_s: float, factor: float, tiers: tuple[Tier, ...] = (), *, after_s: float = _MORNING
) -> Incident:
    return Incident(kind, after_s, lasts_s, factor, tiers)


CATALOGUE: Mapping[str, Entry] = {
    "quiet": Entry("nothing goes wrong"),
    "price": Entry(
        "the best model costs twice as much for three days", (_one(IncidentKind.PRICE, 3 * _DAY, 2, _BEST),)
    ),
    "tokens": Entry(
        "requests and answers are three times as long for three days", (_one(IncidentKind.TOKENS, 3 * _DAY, 3),)
    ),
    "surge": Entry("three times the requests for a day", (_one(IncidentKind.SURGE, _DAY, 3),)),
    "slow": Entry("the best tier is four times as slow for six hours", (_one(IncidentKind.SLOW, 6 * _HOUR, 4, _BEST),)),
    "errors": Entry(
        "40 % of requests fail at the best tier for three hours", (_one(IncidentKind.ERRORS, 3 * _HOUR, 0.4, _BEST),)
    ),
    "gap": Entry(
        "three hours without telemetry, in a day of threefold tokens",
        (
            _one(IncidentKind.TOKENS, 12 * _HOUR, 3),
            Incident(IncidentKind.GAP, _MORNING + 2 * _HOUR, 3 * _HOUR),
        ),
    ),
    "recovery": Entry("tokens times four for one hour, and over", (_one(IncidentKind.TOKENS, _HOUR, 4),)),
    "low_traffic": Entry(
        "six requests an hour, three times as long for three days", (_one(IncidentKind.TOKENS, 3 * _DAY, 3),), 6.0
    ),
    "low_quiet": Entry("nothing goes wrong, with six requests an hour", requests_per_hour=6.0),
    "oscillating": Entry(
        "three times the requests every other hour, for two days",
        (Incident(IncidentKind.SURGE, _MORNING, 2 * _DAY, 3, every_s=2 * _HOUR),),
    ),
}
"""Name to what happens."""


def scenario(name: str) -> Scenario:
    """One scenario of the catalogue.

    >>> round(scenario("quiet").budgets[0].amount_usd, 2)
    Decimal('25.67')
    """
    entry = CATALOGUE[name]
    made = Scenario(
        name=name,
        frame=Frame(about=entry.about),
        demand=(Demand(requests_per_hour=entry.requests_per_hour),),
        tiers=TIERS,
        incidents=tuple(entry.incidents),
        objectives=OBJECTIVES,
        budgets=(),
        routes=(ROUTE,),
        gate=Gate(),
        evaluation=EvaluationSettings(),
    )
    return replace(made, budgets=(_budget(made),))


def of_file(path: Path) -> Scenario:
    """A scenario that is written in a file; without budgets of its own it has one of its own plan and headroom.

    Raises :class:`~collector.configuration.ConfigurationError` with every problem at once.
    """
    usual = scenario("quiet")
    made = scenario_of(path, usual)
    return replace(made, budgets=(_budget(made),)) if made.budgets == usual.budgets else made


def _budget(made: Scenario) -> SpendBudget:
    """The plan of a weekday, and headroom."""
    usual = planned_usd(made, made.start, made.start + timedelta(days=1))
    return SpendBudget("day", Decimal(f"{HEADROOM * usual:.6f}"), Period.DAY, route="answer", plan=Plan.HISTORY)
