"""What people are told: windows that fire, routes that are stepped down, controllers that cannot go on alone.

Alerts are levels, not events: this page says what is so at an instant, from what was evaluated and decided. Labels name
an alert and so never hold what changes while it lasts; figures and sentences are annotations.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from typing import Protocol

from alerts.delivery.explaining import Words, words_of
from alerts.evaluation import Evaluation
from alerts.policy import RoutePolicy
from alerts.wording import percent, sentence, times
from analytics.slo.verdicts import Verdict
from collector.configuration import duration_text
from instrumentation.downgrade import LADDER, Decision, DecisionDocument, OnExpiry, Scope, Tier


class Name(StrEnum):
    """The alerts there are."""

    BUDGET_BURN = "BurnlineBudgetBurn"  # an error budget burns too fast over one window
    DEGRADED = "BurnlineDegraded"  # a scope is served below its best tier
    FLAPPING = "BurnlineFlapping"  # a scope turned around too often; its way up is closed
    VETOED = "BurnlineVetoed"  # a scope burns, and every tier below is not good enough


SEVERITY: Mapping[Name, str] = {Name.DEGRADED: "info", Name.FLAPPING: "page", Name.VETOED: "page"}
"""Who has to look: page, ticket or info; a burn has that of its window."""
SCOPE_LABELS = ("tenant", "team", "feature", "route", "environment", "stage", "provider", "model")
"""What names a scope, as far as it is not open."""
SLO_ANNOTATIONS = ("owner", "description", "runbook_url")
"""What an objective says of itself for people, where it does."""

Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Alert:
    """Something a person may have to know, as long as it is so."""

    labels: Labels
    annotations: Mapping[str, str] = field(default_factory=dict)
    since: datetime | None = None
    """Since when it is so; None when only its being seen says."""
    burn: float | None = None
    """Of an error budget over the long window, as a multiple of what lasts the period."""

    @property
    def key(self) -> tuple[tuple[str, str], ...]:
        """Its labels in order: what makes it this alert and no other."""
        return tuple(sorted(self.labels.items()))


Source = Callable[[datetime], Iterable[Alert]]
"""Says what is so at an instant."""


class Window(Protocol):
    """What is needed of one row of an objective's alert table."""

    severity: str
    long_s: float
    short_s: float
    factor: float
    long_burn: float | None
    short_burn: float | None
    verdict: str


class Budget(Protocol):
    """What is needed of an objective, or of one of its groups."""

    name: str
    remaining_ratio: float | None

    @property
    def windows(self) -> Sequence[Window]:
        """Every row of its alert table."""
        ...


class Slo(Budget, Protocol):
    """What is needed of an objective; some of it only an objective with groups has."""

    sli: str


class Explain(Protocol):
    """Says why a budget of an objective burns over a window."""

    def __call__(self, objective: str, words: Words, window_s: float) -> Mapping[str, str]:
        """Annotations to add to the alert."""
        ...


def burning(slos: Iterable[Slo], explain: Explain | None = None) -> Iterator[Alert]:
    """One alert for each window that fires, of each objective or, where it keeps several budgets, of each of them."""
    for slo in slos:
        for budget in getattr(slo, "groups", ()) or (slo,):
            for window in budget.windows:
                if window.verdict == Verdict.FIRING:
                    why = {} if explain is None else explain(slo.name, words_of(budget, slo), window.long_s)
                    told = {**_burn_annotations(slo, budget, window), **why}
                    yield Alert(_burn_labels(slo, budget, window), told, burn=window.long_burn)


def degraded(document: DecisionDocument, at: datetime, best: Mapping[Scope, Tier] | None = None) -> Iterator[Alert]:
    """One alert for each scope that is served below its best tier, the top of the ladder if none is named for it."""
    tops = best or {}
    live = [one for one in document.decisions if one.enforced and _holds(one, at) and one.share]
    by_scope = sorted((one for one in live if one.tier is not tops.get(one.scope, LADDER[0])), key=_scope_key)
    for _, found in groupby(by_scope, _scope_key):
        lowest = max(found, key=lambda one: LADDER.index(one.tier))
        labels = {**_named(Name.DEGRADED), **_scope_labels(lowest.scope)}
        summary = f"{_said(lowest.scope)} is served at {lowest.tier} for {percent(lowest.share)} of its requests"
        told = {"summary": summary, "description": lowest.reason, "tier": lowest.tier.value, "mode": lowest.mode.value}
        yield Alert(labels, told, lowest.issued_at)


def called(evaluation: Evaluation, policies: Sequence[RoutePolicy]) -> Iterator[Alert]:
    """One alert for each scope whose controller needs a person; of one in shadow nobody does."""
    for policy in policies:
        standing = evaluation.standings.get(policy.scope)
        if standing is None or policy.shadow:
            continue
        scope = _scope_labels(policy.scope)
        if standing.state.held(evaluation.at):
            summary = f"{policy.name} flaps: its way up is closed for a while"
            closed = standing.held
            said = {} if closed is None else {"description": sentence(closed, policy)}
            since = None if closed is None else closed.at
            yield Alert({**_named(Name.FLAPPING), **scope}, {"summary": summary, **said}, since)
        if standing.state.vetoed:
            tiers = ", ".join(standing.state.vetoed)
            summary = f"{policy.name} burns, and answers are not good enough at {tiers}"
            yield Alert({**_named(Name.VETOED), **scope}, {"summary": summary})


def _burn_labels(slo: Slo, budget: Budget, window: Window) -> Labels:
    scope = {name: getattr(budget, name, None) or getattr(slo, name, None) for name in SCOPE_LABELS}
    return {
        "alertname": Name.BUDGET_BURN.value,
        "objective": slo.name,
        "sli": str(slo.sli),
        "severity": str(window.severity),
        "window": duration_text(window.long_s),
        **{name: value for name, value in scope.items() if value},
        **({} if budget is slo else {"group": budget.name}),
    }


def _burn_annotations(slo: Slo, budget: Budget, window: Window) -> Mapping[str, str]:
    long, short = duration_text(window.long_s), duration_text(window.short_s)
    burns = [times(burn) for burn in (window.long_burn or 0.0, window.short_burn or 0.0)]
    left = "" if budget.remaining_ratio is None else f", {percent(budget.remaining_ratio)} of the budget left"
    told = {name: getattr(slo, name, None) for name in SLO_ANNOTATIONS}
    who = slo.name if budget is slo else f"{slo.name} ({budget.name})"
    return {
        "summary": f"{who} burns {burns[0]} its budget over {long} and {burns[1]} over {short}{left}",
        "threshold": times(window.factor),
        **{name: str(value) for name, value in told.items() if value},
    }


def _named(name: Name) -> Labels:
    return {"alertname": name.value, "severity": SEVERITY[name]}


def _scope_labels(scope: Scope) -> Labels:
    parts = {"tenant": scope.tenant, "route": scope.route, "model": scope.model}
    return {name: value for name, value in parts.items() if value}


def _said(scope: Scope) -> str:
    return " ".join(f"{name} {value}" for name, value in _scope_labels(scope).items()) or "every request"


def _scope_key(decision: Decision) -> tuple[str, ...]:
    scope = decision.scope
    return (scope.tenant or "", scope.route or "", scope.model or "")


def _holds(decision: Decision, at: datetime) -> bool:
    return decision.on_expiry is OnExpiry.HOLD or at < decision.expires_at
