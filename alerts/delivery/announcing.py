"""What there is to tell a subscription: the scopes whose decisions are not what it was last told.

A fingerprint stands for what was said about a scope. It covers every field but those that a renewal of the lease
changes, so it is the same after a restart, and a repetition is told from a change.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from alerts.delivery.settings import Event, Subscription
from instrumentation.downgrade import Decision, DecisionDocument, Scope
from instrumentation.downgrade_json import to_json

NOTHING = ""
"""The fingerprint of a scope without decisions."""
_RENEWED = ("epoch", "seq", "expires_at")

Told = Mapping[Scope, str]
"""What a subscription was last told, by scope."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """One scope that a subscription has to be told about."""

    event: Event
    scope: Scope
    decisions: tuple[Decision, ...]
    fingerprint: str


def announcements(subscription: Subscription, told: Told, document: DecisionDocument) -> Iterator[Announcement]:
    """Compare what holds with what was told; scopes that changed first, in the order of the document."""
    standing = {scope: tuple(found) for scope, found in _by_scope(document.decisions) if subscription.concerns(scope)}
    for scope, decisions in standing.items():
        said = fingerprint(decisions)
        if told.get(scope, NOTHING) != said:
            yield Announcement(Event.CHANGED, scope, decisions, said)
    for scope, said in told.items():
        if said != NOTHING and scope not in standing:
            yield Announcement(Event.LIFTED, scope, (), NOTHING)


def fingerprint(decisions: Iterable[Decision]) -> str:
    """A short name of what is decided, without what a renewal changes."""
    said = [{name: value for name, value in plain(one).items() if name not in _RENEWED} for one in decisions]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:32] if said else NOTHING


def plain(decision: Decision) -> dict[str, object]:
    """A decision as the snapshot writes it."""
    document = DecisionDocument(decision.epoch, decision.seq, decision.issued_at, (decision,))
    (written,) = json.loads(to_json(document))["decisions"]
    return dict(written)


def _by_scope(decisions: Iterable[Decision]) -> Iterable[tuple[Scope, list[Decision]]]:
    found: dict[Scope, list[Decision]] = {}
    for decision in decisions:
        found.setdefault(decision.scope, []).append(decision)
    return found.items()
