"""A change: something that is another version since an instant."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum


class Kind(StrEnum):
    """What changed."""

    PROMPT = "prompt"
    MODEL = "model"  # seen: another version answers under the name that is asked for
    INDEX = "index"
    CONFIGURATION = "configuration"
    RELEASE = "release"  # seen: service.version
    OTHER = "other"
    ROUTER = "router"  # a ladder, or what steers it
    OBJECTIVE = "objective"
    PRICES = "prices"  # an edition of the price book


TOLD_KINDS = (Kind.PROMPT, Kind.MODEL, Kind.INDEX, Kind.CONFIGURATION, Kind.RELEASE, Kind.OTHER)
"""Kinds that somebody can tell; the others are on record already."""


class Source(StrEnum):
    """How it is known."""

    POSTED = "posted"  # somebody told it
    SEEN = "seen"  # spans name another version
    RECORDED = "recorded"  # this server noted it: its journal, its objectives, its prices


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom a change is for; what is None is open."""

    tenant: str | None = None
    team: str | None = None
    feature: str | None = None
    route: str | None = None
    environment: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One change."""

    change_id: str
    """32 hex digits, the same whenever it is asked for."""
    kind: Kind
    name: str
    """What changed: a service, a model as it is asked for, a prompt ...; '' where only its version is told."""
    before: str | None
    """The version before; None: not known, or there was none."""
    after: str | None
    """The version since."""
    at_ns: int
    source: Source
    scope: Scope = field(default_factory=Scope)
    routes: tuple[str, ...] | None = None
    """Of what was seen: the routes it answers; None: not known, or the scope says it."""
    seen_at_ns: int | None = None
    """When a span first named the version; of what was posted, None until one does."""
    trace_ids: tuple[str, ...] = ()
    """Some of the first traces with it."""
    again: bool = False
    """Whether the version had been there before, and comes back."""
    made_by: str | None = None
    url: str | None = None
    note: str | None = None

    @property
    def route(self) -> str | None:
        """The one route it is about, if it is one."""
        if self.scope.route is not None or not self.routes:
            return self.scope.route
        return self.routes[0] if len(self.routes) == 1 else None


def identity(*words: object) -> str:
    """A short name of words, the same for the same.

    >>> identity("release", "shop", None) == identity("release", "shop", None) != identity("release", "shop", "")
    True
    """
    return hashlib.sha256(json.dumps(words).encode()).hexdigest()[:32]


SAME_WITHIN_NS = 24 * 3_600 * 1_000_000_000
"""A version first seen up to so long before or after it was posted is that posted change."""


def united(posted: Sequence[Change], seen: Sequence[Change]) -> list[Change]:
    """Both, where what was posted and then seen is one change: the posted one, which knows more.

    >>> told = Change("a", Kind.RELEASE, "shop", None, "v2", 1_000, Source.POSTED)
    >>> noticed = Change("b", Kind.RELEASE, "shop", "v1", "v2", 5_000, Source.SEEN, routes=("answer",))
    >>> [(one.change_id, one.before, one.seen_at_ns) for one in united([told], [noticed])]
    [('a', 'v1', 5000)]
    """
    left = {(one.kind, one.name, one.after, one.at_ns): one for one in seen}
    found = []
    for told in posted:
        near = [key for key in left if key[:3] == _about(told) and abs(key[3] - told.at_ns) <= SAME_WITHIN_NS]
        nearest = min(near, key=lambda key: abs(key[3] - told.at_ns), default=None)
        found.append(told if nearest is None else _seen(told, left.pop(nearest)))
    return [*found, *left.values()]


def _about(one: Change) -> tuple[Kind, str, str | None]:
    return one.kind, one.name, one.after


def _seen(told: Change, noticed: Change) -> Change:
    before = noticed.before if told.before is None else told.before
    routes = noticed.routes if told.scope == Scope() else None
    return replace(told, before=before, seen_at_ns=noticed.at_ns, trace_ids=noticed.trace_ids, routes=routes)
