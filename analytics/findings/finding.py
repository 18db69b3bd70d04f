"""A finding: something unusual about one figure, by which name it goes, and which others it belongs to."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from analytics.findings.course import Ended, Event
from analytics.findings.reading import Key
from analytics.findings.settings import DIMENSIONS

TOGETHER_S = 900
"""What begins within so long of each other belongs together."""
_AS_MUCH = 2.0
"""Times the relative size of what everybody's figure does, which one value's share of it may have."""


class Kind(StrEnum):
    """By what a finding is known."""

    FIGURE = "figure"  # a figure is not as usual
    DRIFT = "drift"  # a distribution is another one than in its reference
    MODEL_SWAP = "model_swap"  # another model answers under the name that is asked for


_TELLING = (Kind.MODEL_SWAP, Kind.FIGURE, Kind.DRIFT)
"""What an event is best told by, first."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that was unusual, once; instants are seconds since 1970."""

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
    kind: Kind = Kind.FIGURE

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
    """Put new findings to the groups they belong to, those of the widest scope first: one leads where there is none.

    >>> from analytics.findings.course import Event
    >>> at = lambda start_s: Event(start_s, start_s + 900, 1.0, 8.0, 1.0, 9.0, 1, 8.0)
    >>> fresh = [found(Key("cost", "tenant", f"t{start_s}"), 300, at(start_s)) for start_s in (600, 900, 6_000)]
    >>> [one.leads for one in grouped(fresh, [])]  # in the order of their names: t600, t6000, t900
    [True, True, False]
    """
    standing = [one for one in known if one.ended is not Ended.WITHDRAWN]
    placed: list[Finding] = []
    for one in sorted(fresh, key=lambda one: (DIMENSIONS.index(one.key.dimension), one.p_value, one.key)):
        others = [*standing, *placed]
        same = next((other for other in others if other.leads and _near(one, other)), None)
        same = same or next((other for other in others if _overlap(one, other) or part_of(one, other)), None)
        placed.append(one if same is None else replace(one, group_id=same.group_id))
    return placed


def head(group: Sequence[Finding]) -> Finding:
    """The one of a group to begin with: of the widest scope, so that what explains it can be told, then the rarest."""
    return ranked(group)[0]


def ranked(group: Sequence[Finding]) -> Sequence[Finding]:
    """Those of a group that stand, what says most first: a swapped model, a figure, a drift; then the widest scope."""
    standing = [one for one in group if one.ended is not Ended.WITHDRAWN] or group
    return sorted(standing, key=_first)


def _first(one: Finding) -> tuple[int, int, float, str]:
    return _TELLING.index(one.kind), DIMENSIONS.index(one.key.dimension), one.p_value, one.finding_id


def _near(one: Finding, leader: Finding) -> bool:
    """Whether both begin together, as exactly as beginnings can be dated."""
    return abs(one.start_s - leader.start_s) <= max(TOGETHER_S, 2 * one.step_s, 2 * leader.step_s)


def _overlap(one: Finding, other: Finding) -> bool:
    """Whether both may have begun together, between beginning and alarm, and one's requests are among the other's."""
    nested = DIMENSIONS[0] in (one.key.dimension, other.key.dimension) or one.key[1:] == other.key[1:]
    return nested and one.start_s <= other.alarmed_s and other.start_s <= one.alarmed_s


def part_of(one: Finding, whole: Finding) -> bool:
    """Whether one value's share of what everybody's figure does: the same way, about as much, while that goes on.

    >>> from analytics.findings.course import Event
    >>> at = lambda hour, seen: Event(hour * 3_600, hour * 3_600 + 7_200, 10.0, 8.0, 10.0, seen, 1, 8.0)
    >>> whole = found(Key("output_tokens", "all", ""), 3_600, at(2, 18.0))
    >>> acme, odd = (found(Key("output_tokens", "tenant", "acme"), 3_600, at(9, seen)) for seen in (17.0, 90.0))
    >>> part_of(acme, whole), part_of(odd, whole)
    (True, False)
    """
    if whole.key.measure != one.key.measure or whole.key.dimension != DIMENSIONS[0] or not whole.open:
        return False
    size, whole_size = (of.observed - of.expected for of in (one, whole))
    relative, whole_relative = size / (abs(one.expected) or 1.0), whole_size / (abs(whole.expected) or 1.0)
    return one.start_s >= whole.start_s and 0 < relative / whole_relative <= _AS_MUCH if whole_relative else False
