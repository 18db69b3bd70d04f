"""A finding: something unusual about one figure, by which name it goes, and which others it belongs to."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from analytics.findings.course import Ended, Event
from analytics.findings.reading import Key
from analytics.findings.settings import DIMENSIONS

TOGETHER_S = 900
"""What begins within so long of each other belongs together."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One figure that was unusual, once; instants are seconds since 1970."""

    finding_id: str
    """32 hex digits."""
    group_id: str
    """The first finding of those that belong together."""
    key: Key
    step_s: int
    start_s: int
    alarmed_s: int
    until_s: int | None
    ended: Ended | None
    expected: float
    observed: float
    p_value: float
    explanation: Mapping[str, Any] = field(default_factory=dict)

    @property
    def leads(self) -> bool:
        """Whether it is the first of its group."""
        return self.finding_id == self.group_id

    @property
    def open(self) -> bool:
        """Whether it goes on."""
        return self.ended is None


def found(key: Key, step_s: int, event: Event) -> Finding:
    """Make a finding, alone as yet, of what is unusual about a figure."""
    words = json.dumps([*key, step_s, event.alarmed_s])
    name = hashlib.sha256(words.encode()).hexdigest()[:32]
    first = Finding(name, name, key, step_s, round(event.start_s), round(event.alarmed_s), None, None, 0.0, 0.0, 1.0)
    return moved(first, event)


def moved(finding: Finding, event: Event) -> Finding:
    """Tell what is known of it by now; its name and its group stay."""
    return replace(
        finding,
        start_s=round(event.start_s),
        until_s=None if event.until_s is None else round(event.until_s),
        ended=None if event.ended is None else Ended(event.ended),
        expected=event.expected,
        observed=event.observed,
        p_value=float(10**-event.rarity),
    )


def withdrawn(finding: Finding) -> Finding:
    """Take it back: judged again with what came late, there is nothing unusual."""
    return replace(finding, until_s=finding.alarmed_s, ended=Ended.WITHDRAWN)


def grouped(fresh: Iterable[Finding], known: Sequence[Finding]) -> list[Finding]:
    """Put new findings to the groups they belong to, the rarest first: it leads where there is none.

    >>> from analytics.findings.course import Event
    >>> at = lambda start_s: Event(start_s, 9_000, 1.0, 8.0, 1.0, 9.0, 1, 8.0)
    >>> fresh = [found(Key("cost", "tenant", f"t{start_s}"), 300, at(start_s)) for start_s in (600, 900, 6_000)]
    >>> [one.leads for one in grouped(fresh, [])]  # in the order of their names: t600, t6000, t900
    [True, True, False]
    """
    leaders = [one for one in known if one.leads and one.ended is not Ended.WITHDRAWN]
    placed = []
    for one in sorted(fresh, key=lambda one: (one.p_value, one.key)):
        leader = next((other for other in leaders if _belongs(one, other)), None)
        if leader is None:
            leaders.append(one)
        placed.append(one if leader is None else replace(one, group_id=leader.finding_id))
    return placed


def head(group: Sequence[Finding]) -> Finding:
    """The one of a group to begin with: of the widest scope, so that what explains it can be told, then the rarest."""
    standing = [one for one in group if one.ended is not Ended.WITHDRAWN] or group
    return min(standing, key=lambda one: (DIMENSIONS.index(one.key.dimension), one.p_value, one.finding_id))


def _belongs(one: Finding, leader: Finding) -> bool:
    """Whether both begin together, as exactly as a beginning can be dated."""
    return abs(one.start_s - leader.start_s) <= max(TOGETHER_S, 2 * one.step_s, 2 * leader.step_s)
