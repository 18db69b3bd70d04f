"""Two flags that say what a request is to be served at.

``route-tier``      the highest tier that the request may have; no value while nothing is decided for it, which in
                    OpenFeature means that the caller's own default holds
``route-degraded``  whether that is below the top of the ladder

The context is the request: ``targetingKey`` keeps it on one side of a share, ``tenant``, ``route`` and ``model`` name
its scope. A share is drawn with the hash of ``instrumentation.decision_rows``, so a service that asks here and one that
reads the decisions itself serve a conversation alike.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from instrumentation.decision_rows import Verdict
from instrumentation.decision_table import DecisionTable
from instrumentation.downgrade import DecisionDocument

ROUTE_TIER = "route-tier"
ROUTE_DEGRADED = "route-degraded"
LONGEST_WORD = 512
"""Characters of a word of the context."""

Evaluation = dict[str, Any]


class Refused(Exception):
    """A question that OFREP has a code for."""

    def __init__(self, code: str, details: str) -> None:
        super().__init__(details)
        self.code = code


@dataclass(frozen=True, slots=True)
class Context:
    """Who asks: one request of one tenant on one route."""

    targeting_key: str
    tenant: str | None = None
    route: str | None = None
    model: str | None = None

    @classmethod
    def of(cls, body: object) -> "Context":
        """Read the body of a question; raises :class:`Refused`.

        >>> Context.of({"context": {"targetingKey": "c-7", "tenant": "acme", "plan": 3}})
        Context(targeting_key='c-7', tenant='acme', route=None, model=None)
        """
        if not isinstance(body, dict) or not isinstance(body.get("context"), dict):
            raise Refused("INVALID_CONTEXT", "found no context; expected an object with the key context, an object too")
        context = body["context"]
        key = context.get("targetingKey")
        if key is None or key == "":
            raise Refused(
                "TARGETING_KEY_MISSING", "found no targetingKey; expected the id of the request or conversation"
            )
        return cls(_word("targetingKey", key), *(_optional(context, name) for name in ("tenant", "route", "model")))


def table_of(document: DecisionDocument) -> DecisionTable:
    """Index a document for evaluation."""
    return DecisionTable().applied(document)[0]


def evaluated(key: str, table: DecisionTable, context: Context, at: datetime) -> Evaluation:
    """Evaluate one flag; raises :class:`Refused` for one that is not here."""
    if key not in FLAGS:
        raise Refused("FLAG_NOT_FOUND", f"found no flag {key!r}; expected one of {', '.join(FLAGS)}")
    verdict = table.tier_for(
        tenant=context.tenant, route=context.route, model=context.model, key=context.targeting_key, at=at
    )
    return {"key": key, "reason": _reason(verdict), **FLAGS[key](verdict), "metadata": _metadata(verdict)}


def every_flag(table: DecisionTable, context: Context, at: datetime) -> list[Evaluation]:
    """Evaluate every flag for one context."""
    return [evaluated(key, table, context, at) for key in FLAGS]


def tag(flags: object) -> str:
    """A strong entity tag of whatever JSON says."""
    return f'"{hashlib.sha256(json.dumps(flags, sort_keys=True).encode()).hexdigest()[:32]}"'


def _tier(verdict: Verdict) -> Evaluation:
    if verdict.tier is None:
        return {"variant": "default"}
    return {"variant": verdict.tier.value, "value": verdict.tier.value}


def _degraded(verdict: Verdict) -> Evaluation:
    return {"variant": "degraded" if verdict.degraded else "normal", "value": verdict.degraded}


FLAGS: Mapping[str, Callable[[Verdict], Evaluation]] = {ROUTE_TIER: _tier, ROUTE_DEGRADED: _degraded}
"""Every flag, with its variant and value for a verdict."""


def _reason(verdict: Verdict) -> str:
    if verdict.decision is None:
        return "DEFAULT"
    return "SPLIT" if verdict.decision.share < 1 else "TARGETING_MATCH"


def _metadata(verdict: Verdict) -> Mapping[str, str]:
    """What a person wants to know; nothing that every renewal of a lease would change."""
    decision = verdict.decision
    if decision is None:
        return {}
    told = {"decision": decision.id, "mode": decision.mode.value, "reason": decision.reason}
    return told if decision.user_notice is None else told | {"userNotice": decision.user_notice}


def _optional(context: Mapping[str, object], name: str) -> str | None:
    value = context.get(name)
    return None if value is None else _word(name, value)


def _word(name: str, value: object) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_WORD:
        shown = type(value).__name__ if not isinstance(value, str) else f"{len(value)} characters"
        raise Refused("INVALID_CONTEXT", f"{name}: found {shown}; expected a text of at most {LONGEST_WORD} characters")
    return value
