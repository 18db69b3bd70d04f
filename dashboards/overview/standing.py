"""Where every steered route stands, as the last look at it left it."""

from collections.abc import Iterator

from alerts.controller.modes import mode
from alerts.evaluation import Evaluation, EvaluationLoop
from alerts.policy import RoutePolicy
from alerts.wording import sentence
from analytics.notation import Instant
from analytics.request_shapes import Answer
from analytics.slo.burn import nanoseconds


class RouteStanding(Answer):
    """One steered route."""

    tenant: str | None
    """Null: everybody's requests on the route."""
    route: str | None
    """Null: every route."""
    mode: str
    """normal, pending, degraded, probing, recovered, hold, manual or shadow"""
    tier: str
    """The lowest tier that is to be served."""
    share: float
    """The share of requests at that tier; the rest is served one tier above it."""
    since: Instant | None
    """When it last stepped; null: never."""
    reason: str
    """Why it stands there, or what it waits for; empty where it never stepped."""
    ladder: tuple[str, ...]
    """Its tiers, best first."""


class RouteStandings(Answer):
    """Every steered route."""

    evaluated_at: Instant
    """Now."""
    routes: tuple[RouteStanding, ...]
    """In the order of the configuration; none before the first look."""
    next: str | None
    """Always null: there is one page."""


def standings(watch: EvaluationLoop) -> tuple[RouteStanding, ...]:
    """Every route that has a policy, in the order of the configuration; none before the first look."""
    seen = watch.latest
    return () if seen is None else tuple(_standings(watch, seen))


def _standings(watch: EvaluationLoop, seen: Evaluation) -> Iterator[RouteStanding]:
    for policy in watch.policies:
        if policy.scope in seen.standings:
            yield _standing(policy, seen)


def _standing(policy: RoutePolicy, seen: Evaluation) -> RouteStanding:
    standing = seen.standings[policy.scope]
    state = standing.state
    return RouteStanding(
        tenant=policy.tenant,
        route=policy.route,
        mode=mode(state, seen.observations[policy.scope], seen.at, policy),
        tier=state.tier,
        share=state.share,
        since=None if state.stepped_at is None else nanoseconds(state.stepped_at),
        reason=_reason(policy, seen),
        ladder=tuple(map(str, policy.ladder)),
    )


def _reason(policy: RoutePolicy, seen: Evaluation) -> str:
    """What it waits for goes before what brought it here."""
    standing = seen.standings[policy.scope]
    if standing.waiting is not None:
        return standing.waiting.reason
    return "" if standing.transition is None else sentence(standing.transition, policy)
