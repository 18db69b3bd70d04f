"""The current decisions as a flag file of flagd, for services that evaluate without asking anybody.

The file says what the decisions say: the most specific scope first, in it the lowest rung first, a request outside
every share of a scope falls under the next wider one, and a decision ends with its lease, by the evaluator's clock.
``defaultVariant`` of ``route-tier`` is null: without a decision the caller's own default holds.

One thing is not the same. flagd draws a share with murmur3 over salt and key, our readers with blake2b. The share is
of the same size, a key stays on its side and a larger share only adds keys; but which keys are in it differs. Let the
services that answer one conversation read decisions in one way.

A share is written in ten-thousandths; a smaller one than that is none.
"""

import json
from collections.abc import Callable, Iterable
from typing import Any

from instrumentation.decision_rows import rank
from instrumentation.downgrade import LADDER, Decision, DecisionDocument, OnExpiry, Tier

SCHEMA = "https://flagd.dev/schema/v0/flags.json"
PARTS = 10_000

Rule = dict[str, Any]
_DEGRADED, _NORMAL = "degraded", "normal"
_IN, _OUT = "in", "out"


def flag_file(document: DecisionDocument) -> bytes:
    """The file, in UTF-8."""
    return json.dumps(flags(document), ensure_ascii=False, indent=2).encode() + b"\n"


def flags(document: DecisionDocument) -> Rule:
    """The file as values."""
    decisions = sorted((one for one in document.decisions if one.enforced), key=_place)
    tiers: Rule = {tier.value: tier.value for tier in Tier}
    return {
        "$schema": SCHEMA,
        "metadata": {"flagSetId": "burnline", "version": f"{document.epoch}-{document.seq}"},
        "flags": {
            "route-tier": _flag(tiers, None, _chain(decisions, lambda one: one.tier.value)),
            "route-degraded": _flag({_DEGRADED: True, _NORMAL: False}, _NORMAL, _chain(decisions, _degraded)),
        },
    }


def _flag(variants: Rule, default: str | None, targeting: Rule | None) -> Rule:
    return {"state": "ENABLED", "variants": variants, "defaultVariant": default, "targeting": targeting or {}}


def _chain(decisions: Iterable[Decision], outcome: Callable[[Decision], str]) -> Rule | None:
    """The first decision that a request falls under, as nested conditions; flagd's ``if`` has three arguments."""
    chained: Rule | None = None
    for decision in reversed(list(decisions)):
        chained = {"if": [_condition(decision), outcome(decision), chained]}
    return chained


def _condition(decision: Decision) -> Rule:
    scope = decision.scope
    named = (("tenant", scope.tenant), ("route", scope.route), ("model", scope.model))
    rules: list[Rule] = [{"===": [{"var": name}, value]} for name, value in named if value is not None]
    if decision.on_expiry is not OnExpiry.HOLD:
        rules.append({"<": [{"var": "$flagd.timestamp"}, int(decision.expires_at.timestamp())]})
    parts = int(decision.share * PARTS)
    if parts < PARTS:
        drawn = {"cat": [decision.salt, {"var": "targetingKey"}]}
        rules.append({"===": [{"fractional": [drawn, [_IN, parts], [_OUT, PARTS - parts]]}, _IN]})
    return {"and": rules or [True]}


def _degraded(decision: Decision) -> str:
    return _NORMAL if decision.tier is LADDER[0] else _DEGRADED


def _place(decision: Decision) -> tuple[int, ...]:
    """Most specific scope first, a tenant before a route before a model; in a scope the lowest rung first."""
    scope = decision.scope
    return (scope.tenant is None, scope.route is None, scope.model is None, -rank(decision.tier))
