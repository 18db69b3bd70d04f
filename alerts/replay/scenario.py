"""A scenario: traffic, what each tier costs and is worth, what is promised, and what goes wrong when.

It is a file with the sections of ``burnline.yaml`` that are about promises (``objectives``, ``budgets``, ``routes``,
``evidence``, ``evaluation``) and three of its own: ``demand``, ``tiers`` and ``incidents``; ``scenario`` says how long.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from alerts.policy import RoutePolicy, sound
from alerts.settings import EvaluationSettings
from analytics.slo.evidence import Gate
from analytics.slo.objective import Objective
from analytics.spending.budget import SpendBudget
from collector.configuration import load
from instrumentation.downgrade import Tier

_DAY_S = 86400.0
_MONDAY = datetime(2026, 11, 2, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Frame:
    """The section ``scenario``: how long it lasts and how often somebody looks."""

    days: float = 10.0
    """Days that are simulated, from Monday 2026-11-02 on."""
    look_s: float = 60.0
    """Time between two looks of whatever steers; requests arrive in between."""
    about: str = ""
    """What happens, in one sentence."""

    def __post_init__(self) -> None:
        for name in ("days", "look_s"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} is {getattr(self, name)}; expected more than 0")


@dataclass(frozen=True, slots=True)
class Demand:
    """One entry of the section ``demand``: who asks, how often, and how much."""

    route: str = "answer"
    """The route of the requests."""
    tenant: str | None = None
    """The tenant they are for."""
    requests_per_hour: float = 120.0
    """Mean over a weekday."""
    diurnal: float = 0.7
    """How far the busiest hour is above that mean, and the quietest below it, a ratio in 0..1."""
    busiest_hour: float = 14.0
    """Hour of the day, UTC, with the most requests."""
    weekend: float = 0.85
    """Requests on Saturdays and Sundays, as a ratio of a weekday's."""
    input_tokens: float = 1500.0
    """Mean of a request."""
    output_tokens: float = 400.0
    """Mean of an answer."""
    spread: float = 0.7
    """Standard deviation of the logarithm of both."""

    def __post_init__(self) -> None:
        for name in ("requests_per_hour", "weekend", "input_tokens", "output_tokens"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} is {getattr(self, name)}; expected more than 0")
        if not 0 <= self.diurnal <= 1:
            raise ValueError(f"diurnal is {self.diurnal}; expected a ratio between 0 and 1")
        if self.spread < 0:
            raise ValueError(f"spread is {self.spread}; expected 0 or more")


@dataclass(frozen=True, slots=True)
class TierTraits:
    """One entry of the section ``tiers``: what it is like to be served there."""

    tier: Tier
    """The tier."""
    input_usd: Decimal
    """Price of a million input tokens, in US dollars."""
    output_usd: Decimal
    """Price of a million output tokens, in US dollars."""
    quality: float
    """Expected share of good answers, in 0..1."""
    latency_ms: float
    """Median time until the answer is there."""
    latency_spread: float = 0.35
    """Standard deviation of its logarithm."""
    error_ratio: float = 0.002
    """Share of requests that fail."""
    output_ratio: float = 1.0
    """Length of its answers, as a ratio of the demand's."""

    def __post_init__(self) -> None:
        for name in ("input_usd", "output_usd", "latency_spread"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} is {getattr(self, name)}; expected 0 or more")
        for name in ("latency_ms", "output_ratio"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} is {getattr(self, name)}; expected more than 0")
        for name in ("quality", "error_ratio"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is {getattr(self, name)}; expected a ratio between 0 and 1")


class IncidentKind(StrEnum):
    """What goes wrong."""

    PRICE = "price"  # unit prices times the factor
    TOKENS = "tokens"  # tokens of requests and answers times the factor
    SURGE = "surge"  # requests times the factor
    SLOW = "slow"  # latency times the factor
    ERRORS = "errors"  # the factor is the share of requests that fail
    GAP = "gap"  # no telemetry comes; all of it comes at the end


@dataclass(frozen=True, slots=True)
class Incident:
    """One entry of the section ``incidents``."""

    kind: IncidentKind
    """price, tokens, surge, slow, errors or gap."""
    after_s: float
    """When it begins, from the start of the scenario."""
    lasts_s: float
    """How long it lasts."""
    factor: float = 1.0
    """How bad: a multiple; of errors, the share of requests that fail."""
    tiers: tuple[Tier, ...] = ()
    """The tiers it is about; none means all of them."""
    every_s: float | None = None
    """It comes and goes: on for the first half of each such stretch; nothing means on all the time."""

    def __post_init__(self) -> None:
        if self.after_s < 0:
            raise ValueError(f"after_s is {self.after_s}; expected 0 or more")
        for name in ("lasts_s", "every_s", "factor"):
            value = getattr(self, name)
            if value is not None and value <= 0:
                raise ValueError(f"{name} is {value}; expected more than 0")
        if self.kind is IncidentKind.ERRORS and self.factor > 1:
            raise ValueError(f"factor is {self.factor}; expected a ratio up to 1, the share of requests that fail")


@dataclass(frozen=True, slots=True)
class Scenario:
    """All of it."""

    name: str
    frame: Frame
    demand: tuple[Demand, ...]
    tiers: tuple[TierTraits, ...]
    incidents: tuple[Incident, ...]
    objectives: tuple[Objective, ...]
    budgets: tuple[SpendBudget, ...]
    routes: tuple[RoutePolicy, ...]
    gate: Gate
    evaluation: EvaluationSettings

    @property
    def start(self) -> datetime:
        """When it begins."""
        return _MONDAY

    @property
    def until(self) -> datetime:
        """When it ends."""
        return _MONDAY + timedelta(seconds=self.frame.days * _DAY_S)

    @property
    def policies(self) -> tuple[RoutePolicy, ...]:
        """The routes, with calm that is earned from one look to the next, however far apart they are."""
        apart_s = self.frame.look_s
        return tuple(replace(route, longest_gap_s=max(route.longest_gap_s, apart_s)) for route in self.routes)


SECTIONS: Mapping[str, object] = {
    "scenario": Frame,
    "demand": tuple[Demand, ...],
    "tiers": tuple[TierTraits, ...],
    "incidents": tuple[Incident, ...],
    "objectives": tuple[Objective, ...],
    "budgets": tuple[SpendBudget, ...],
    "routes": tuple[RoutePolicy, ...],
    "evidence": Gate,
    "evaluation": EvaluationSettings,
}
"""Section name to type, for the configuration loader."""


def scenario_of(path: Path, defaults: Scenario) -> Scenario:
    """Read a scenario; a list that it leaves out is that of ``defaults``.

    Raises :class:`~collector.configuration.ConfigurationError` with every problem at once.
    """
    found = load(path, SECTIONS, rules=(sound,))

    def either(section: str, default: Sequence[object]) -> tuple[object, ...]:
        given = found[section]
        return tuple(given) if isinstance(given, tuple) and given else tuple(default)

    return _made(
        path.stem,
        {name: found[name] for name in ("scenario", "evidence", "evaluation")}
        | {
            name: either(name, getattr(defaults, name))
            for name in ("demand", "tiers", "objectives", "budgets", "routes")
        }
        | {"incidents": found["incidents"]},
    )


def _made(name: str, sections: Mapping[str, object]) -> Scenario:
    names = {"scenario": "frame", "evidence": "gate"}
    made = {names.get(section, section): value for section, value in sections.items()}
    return Scenario(name=name, **made)  # type: ignore[arg-type] # the loader built each section of its type
