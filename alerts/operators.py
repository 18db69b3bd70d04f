"""What operators have put in force by hand, scope by scope: kept in the journal, read back out of it by a restart.

A word holds until it expires or is cleared; the newest for a scope replaces the one before. The controller carries it
out at its next look. Only scopes that a policy steers can be set: for others nobody would know the way back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from alerts.controller import Override
from alerts.journal import Journal, Note
from alerts.plain import back, plain
from alerts.policy import RoutePolicy
from instrumentation.downgrade import LADDER, Scope

OVERRIDE = "override"
CLEARED = "override_cleared"
LONGEST = timedelta(days=31)
"""A word that outlives its author's memory is a configuration: write it there."""


class Refused(ValueError):
    """What an operator asks for cannot be done; the message says what can."""


class Unknown(Refused):
    """Nobody steers this scope, or nothing is in force for it."""


@dataclass(slots=True)
class Operators:
    """The words in force; safe to use from any thread."""

    journal: Journal
    policies: Sequence[RoutePolicy]
    _words: dict[Scope, Override] | None = None
    _lock: Lock = field(default_factory=Lock)

    def in_force(self, at: datetime) -> Mapping[Scope, Override]:
        """The words that have not expired."""
        with self._lock:
            return {scope: word for scope, word in self._known().items() if at < word.expires_at}

    def give(self, scope: Scope, word: Override) -> None:
        """Put a word in force; it is on record before anybody obeys it. Raises :class:`Refused`."""
        policy = self._policy(scope)
        tiers = [tier for tier in LADDER if tier in {*policy.ladder, *policy.fast}]
        if word.tier is not None and word.tier not in tiers:
            raise Refused(f"tier is {word.tier}; expected one of {', '.join(tiers)}, the ladders of {policy.name}")
        if word.share < 1 and word.tier in {None, tiers[0]}:
            whole = "hold" if word.tier is None else f"{word.tier}, above which there is nothing for the rest"
            raise Refused(f"share is {word.share:g}; expected none with {whole}")
        if word.expires_at > word.given_at + LONGEST:
            raise Refused(f"expires_at is {word.expires_at}; expected at most {LONGEST.days} days from now")
        with self._lock:
            known = self._known()
            self.journal.append([Note(OVERRIDE, {"scope": _words(scope), "override": plain(word)})], word.given_at)
            known[scope] = word

    def clear(self, scope: Scope, by: str, reason: str, at: datetime) -> Override:
        """End the word that is in force for a scope. Raises :class:`Refused` where there is none."""
        self._policy(scope)
        if not by.strip() or not reason.strip():
            raise Refused("by or reason is empty; expected who clears this, and why")
        with self._lock:
            word = self._known().get(scope)
            if word is None or word.expires_at <= at:
                raise Unknown(f"nothing is in force for {_name(scope)}; there is nothing to clear")
            note = Note(CLEARED, {"scope": _words(scope), "by": by, "reason": reason, "override": plain(word)})
            self.journal.append([note], at)
            del self._known()[scope]
            return word

    def _policy(self, scope: Scope) -> RoutePolicy:
        found = next((policy for policy in self.policies if policy.scope == scope), None)
        if found is None:
            known = ", ".join(_name(policy.scope) for policy in self.policies) or "none"
            raise Unknown(f"nobody steers {_name(scope)}; expected one of the section routes: {known}")
        return found

    def _known(self) -> dict[Scope, Override]:
        """What the journal says, read once."""
        if self._words is None:
            self._words = {}
            entries = [*self.journal.entries(OVERRIDE), *self.journal.entries(CLEARED)]
            for entry in sorted(entries, key=lambda entry: entry.entry_seq):
                content: Mapping[str, Any] = entry.content
                scope = Scope(**content["scope"])
                if entry.kind == OVERRIDE:
                    self._words[scope] = back(Override, content["override"])
                else:
                    self._words.pop(scope, None)
        return self._words


def _words(scope: Scope) -> Mapping[str, str | None]:
    return {"tenant": scope.tenant, "route": scope.route}


def _name(scope: Scope) -> str:
    tenant = "" if scope.tenant is None else f" of tenant {scope.tenant}"
    return f"route {scope.route}{tenant}"
