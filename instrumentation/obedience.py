"""Obeying a verdict in any router: keep the wanted rung, else a lower one, else leave the request what it had.

    verdict = reader.tier(tenant="acme", route="answer", key=conversation_id)
    candidates = choose(candidates, verdict, tier_of=lambda c: c.tier)

A request is never left without a candidate by a rung that models serve: money is saved by serving cheaper, not by not
serving. A verdict for a rung that no model serves (cached answers, sources, a person) and that no candidate stands for
raises ``TierUnavailable``, because only the app can serve it.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from instrumentation.decision_table import Verdict
from instrumentation.downgrade import WITHOUT_MODEL, Tier, rungs_at_or_below

T = TypeVar("T")


class TierUnavailable(Exception):
    """The verdict asks for a rung that no candidate stands for; serve ``verdict.tier`` in the app.

    ``verdict.decision`` carries the reason and the sentence that may be shown to the user.
    """

    # Routers in front of providers retry what looks like an overload; this answer does not change by asking again.
    status_code = 409
    num_retries = 0

    def __init__(self, verdict: Verdict) -> None:
        tier = "no tier" if verdict.tier is None else verdict.tier.value
        why = "" if verdict.decision is None else f" ({verdict.decision.reason})"
        super().__init__(f"the decision in force asks for {tier}{why} and no deployment serves it; serve it in the app")
        self.verdict = verdict


def rung(candidates: Sequence[T], floor: Tier | None, *, tier_of: Callable[[T], str | None]) -> Tier | None:
    """Find the best rung at or below ``floor`` that a candidate stands on; None when there is none, or no floor."""
    if floor is None:
        return None
    standing = {tier_of(candidate) for candidate in candidates}
    return next((tier for tier in rungs_at_or_below(floor) if tier in standing), None)


def narrow(candidates: Sequence[T], floor: Tier | None, *, tier_of: Callable[[T], str | None]) -> Sequence[T]:
    """Return the candidates a request may use; never empty unless the input was.

    >>> tier = {"large": "premium", "small": "economy"}.get
    >>> narrow(["large", "small"], Tier.STANDARD, tier_of=tier), narrow(["large"], Tier.STANDARD, tier_of=tier)
    (['small'], ['large'])
    """
    found = rung(candidates, floor, tier_of=tier_of)
    return candidates if found is None else [c for c in candidates if tier_of(c) == found]


def choose(candidates: Sequence[T], verdict: Verdict, *, tier_of: Callable[[T], str | None]) -> Sequence[T]:
    """Return the candidates under a verdict; raises ``TierUnavailable`` when only the app can serve its rung.

    >>> choose(["large", "cache"], Verdict(Tier.CACHED_ONLY), tier_of={"cache": Tier.CACHED_ONLY}.get)
    ['cache']
    """
    if verdict.tier in WITHOUT_MODEL and rung(candidates, verdict.tier, tier_of=tier_of) is None:
        raise TierUnavailable(verdict)
    return narrow(candidates, verdict.tier, tier_of=tier_of)
