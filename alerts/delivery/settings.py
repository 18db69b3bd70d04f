"""The sections ``subscriptions`` and ``alertmanagers``: who is told of decisions, and how people are paged."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from alerts.delivery.addresses import Network, network
from alerts.delivery.outbound import Target
from alerts.delivery.secrets import Source
from collector.configuration import Finding
from instrumentation.downgrade import Scope

_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")


class Event(StrEnum):
    """What a subscription can be told."""

    CHANGED = "changed"  # a scope is served otherwise than before
    LIFTED = "lifted"  # a scope is served at its best tier again
    ADVISED = "advised"  # a change that the figures would roll back
    ISSUED = "issued"  # the whole document, also when only leases were renewed: for those who obey what is pushed


@dataclass(frozen=True, slots=True)
class Subscription:
    """One entry of ``subscriptions``: somebody who is told of decisions by a signed POST."""

    name: str
    """Unique name, as shown with its deliveries."""
    url: str
    """Where to send: https, without a user; its path may be anything."""
    secrets: tuple[Source, ...]
    """Secrets of the signature, `whsec_` and base64; each signs, so that they can be rotated."""
    events: tuple[Event, ...] = (Event.CHANGED, Event.LIFTED)
    """changed and lifted, about one scope each; advised, about a change to roll back; issued is the whole document."""
    tenant: str | None = None
    """Only what can concern this tenant."""
    route: str | None = None
    """Only what can concern this route."""
    model: str | None = None
    """Only decisions that can concern this model."""
    allow_http: bool = False
    """Whether the URL may be plain http."""
    allow_networks: tuple[str, ...] = ()
    """Networks such as 10.1.0.0/16 that may be sent to although they are not public."""
    timeout_s: float = 10.0
    """How long one try may take, from name to answer."""
    longest_pause_s: float = 86_400.0
    """Longest pause between two tries; after ten pauses a message is given up."""

    def __post_init__(self) -> None:
        if not self.secrets:
            raise ValueError("secrets is empty; expected at least one: a message without signature proves nothing")
        if not self.events:
            raise ValueError(f"events is empty; expected at least one of {', '.join(Event)}")
        for name in ("timeout_s", "longest_pause_s"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} is {getattr(self, name)}; expected more than 0")
        self.target()

    def target(self) -> Target:
        """Where its messages go."""
        return Target(self.url, self.allow_http, networks=_networks(self.allow_networks), timeout_s=self.timeout_s)

    def concerns(self, scope: Scope) -> bool:
        """Whether a decision about a scope can concern what was subscribed to.

        >>> wanted = Subscription("hook", "https://hooks.example.com", (Source("HOOK"),), tenant="acme")
        >>> [wanted.concerns(scope) for scope in (Scope("acme", "answer"), Scope(route="answer"), Scope("other"))]
        [True, True, False]
        """
        wanted, found = (self.tenant, self.route, self.model), (scope.tenant, scope.route, scope.model)
        return all(None in {one, other} or one == other for one, other in zip(wanted, found, strict=True))


@dataclass(frozen=True, slots=True)
class Alertmanager:
    """One entry of ``alertmanagers``: where alerts for people go. Name every member of a cluster."""

    url: str
    """Its address, for instance http://alertmanager:9093; the path of the API is added."""
    labels: Mapping[str, str] | None = None
    """Labels that every alert gets there, for instance {cluster: eu}."""
    every_s: float = 30.0
    """Time between two posts of what is firing; an alert ends by itself after four of them."""
    timeout_s: float = 10.0
    """How long one post may take."""

    def __post_init__(self) -> None:
        for name in ("every_s", "timeout_s"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} is {getattr(self, name)}; expected more than 0")
        wrong = [name for name, value in (self.labels or {}).items() if not _LABEL.fullmatch(name) or not value]
        if wrong:
            raise ValueError(
                f"labels has {', '.join(wrong)}; expected names of letters, digits and _, and a value each"
            )
        self.target()

    def target(self) -> Target:
        """Where its alerts go: the operator's own server, wherever it stands."""
        url = f"{self.url.rstrip('/')}/api/v2/alerts"
        return Target(url, allow_http=True, anywhere=True, timeout_s=self.timeout_s)


def unique(sections: Mapping[str, object]) -> Iterator[Finding]:
    """For the configuration loader: a subscription's name stands for its queue, so it is there once."""
    seen: set[str] = set()
    for index, name in enumerate(_names(sections.get("subscriptions", ()))):
        if name in seen:
            path = ("subscriptions", index, "name")
            yield Finding(path, f"another subscription with the name {name}", "a name of its own")
        seen.add(name)


def _names(subscriptions: object) -> list[str]:
    listed = subscriptions if isinstance(subscriptions, tuple) else ()
    return [one.name for one in listed if isinstance(one, Subscription)]


def _networks(texts: Iterable[str]) -> tuple[Network, ...]:
    try:
        return tuple(network(text) for text in texts)
    except ValueError as error:
        raise ValueError(f"allow_networks: {error}; expected networks such as 10.1.0.0/16") from error


SECTIONS: Mapping[str, object] = {
    "subscriptions": tuple[Subscription, ...],
    "alertmanagers": tuple[Alertmanager, ...],
}
"""For the configuration loader: section name to type."""
RULES = (unique,)
"""For the configuration loader: what has to hold between entries."""
