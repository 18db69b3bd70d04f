"""What the journal knows of the time that is replayed: where every scope stood, and what operators had put in force."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from alerts.controller import Override, Position, State, Transition
from alerts.journal import Journal, JournalEntry
from alerts.memory import TRANSITION, remembered
from alerts.operators import CLEARED, OVERRIDE
from alerts.plain import back
from alerts.policy import RoutePolicy
from analytics.slo.burn import nanoseconds
from instrumentation.downgrade import Scope


@dataclass(frozen=True, slots=True)
class Recorded:
    """The journal's entries about steps and operators, in order."""

    steps: Mapping[Scope, Sequence[tuple[int, Position]]]
    """When each scope changed, and where it stood since."""
    words: Sequence[tuple[datetime, Scope, Override | None]]
    """What operators said; None: cleared."""
    transitions: Sequence[tuple[Scope, Transition]] = ()

    @classmethod
    def of(cls, journal: Journal) -> "Recorded":
        """Read a journal."""
        transitions = [(_scope(entry), _transition(entry)) for entry in journal.entries(TRANSITION)]
        steps: dict[Scope, list[tuple[int, Position]]] = {}
        for scope, change in transitions:
            steps.setdefault(scope, []).append((nanoseconds(change.at), change.after))
        said = sorted((*journal.entries(OVERRIDE), *journal.entries(CLEARED)), key=lambda entry: entry.entry_seq)
        words = [(entry.noted_at, _scope(entry), _word(entry)) for entry in said]
        return cls(steps, words, transitions)

    def position(self, policy: RoutePolicy, at_ns: int) -> Position:
        """Where a scope stood at an instant; at its best tier before its first step."""
        steps = self.steps.get(policy.scope, ())
        place = bisect_right(steps, at_ns, key=lambda step: step[0])
        return steps[place - 1][1] if place else Position(policy.ladder[0])

    def overrides(self, at: datetime) -> Mapping[Scope, Override]:
        """What operators had in force at an instant."""
        found: dict[Scope, Override] = {}
        for noted_at, scope, word in self.words:
            if noted_at > at:
                break
            found.pop(scope, None)
            if word is not None and at < word.expires_at:
                found[scope] = word
        return found


def states_before(journal: Journal, policies: Iterable[RoutePolicy], at: datetime) -> Mapping[Scope, State]:
    """The state of every scope after its last step before an instant, as a restart at that instant would know it."""
    entries = (entry for entry in journal.entries(TRANSITION) if entry.noted_at < at)
    return {scope: standing.state for scope, standing in remembered(entries, policies).items()}


NOTHING_RECORDED = Recorded({}, ())


def _scope(entry: JournalEntry) -> Scope:
    content: Mapping[str, Any] = entry.content
    return Scope(**content["scope"])


def _transition(entry: JournalEntry) -> Transition:
    content: Mapping[str, Any] = entry.content
    found: Transition = back(Transition, content["transition"])
    return found


def _word(entry: JournalEntry) -> Override | None:
    content: Mapping[str, Any] = entry.content
    found: Override | None = back(Override, content["override"]) if entry.kind == OVERRIDE else None
    return found
