"""Downgrades out of the journal: every stretch of time in which a route was served below its best tier.

A stretch begins with a step and lasts until the next one, so the position is one and the same in it. It is cut where a
month ends, so that its money belongs to one month. What was only shown (shadow) moved nobody and is no downgrade.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from alerts.controller import Position
from alerts.journal import JournalEntry
from alerts.plain import back
from instrumentation.downgrade import LADDER, WITHOUT_MODEL, Scope, Tier

_NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Stretch:
    """A route at one position below its best tier."""

    entry_seq: int
    """The journal's entry of the step that began it."""
    scope: Scope
    position: Position
    start_ns: int
    until_ns: int | None
    """None: it goes on."""
    why: str
    sentence: str
    down_since_ns: int
    """Since when the route was below its best tier without a break: the time before that is what it is held against."""
    up_since_ns: int
    """Since when it had been at its best tier by then; 0: ever."""
    looked_back_ns: int
    """The longest window behind the first of these steps: what burned in it is no usual time."""

    @property
    def instead_of(self) -> Tier:
        """The tier that its requests would have had."""
        return self.position.path[0]

    @property
    def lower(self) -> tuple[Tier, ...]:
        """Every tier below that."""
        return LADDER[LADDER.index(self.instead_of) + 1 :]

    @property
    def by_share(self) -> bool:
        """Whether chance alone decides which requests stay at the better tier."""
        return len(self.position.path) == 1 and self.position.share < 1

    @property
    def priced_alike(self) -> tuple[Tier, ...]:
        """Of the lower tiers, those whose requests use a model, so that their usage has a price elsewhere."""
        return tuple(tier for tier in self.lower if tier not in WITHOUT_MODEL)

    def end_ns(self, now_ns: int) -> int:
        """Its end, or now."""
        return now_ns if self.until_ns is None else self.until_ns


def stretches(entries: Iterable[JournalEntry]) -> list[Stretch]:
    """Every stretch, in the order of their beginnings, cut at the ends of months that are over by its end."""
    open_ones: dict[Scope, Stretch] = {}
    found: list[Stretch] = []
    best_since: dict[Scope, int] = {}
    for entry in entries:
        step = _step(entry)
        if step is None:
            continue
        scope, position = step
        before = open_ones.get(scope)
        if before is not None and before.position == position:
            continue
        if before is not None:
            found.append(replace(before, until_ns=entry.noted_ns))
            del open_ones[scope]
        if position.best:
            best_since[scope] = entry.noted_ns if before is not None else best_since.get(scope, 0)
        else:
            open_ones[scope] = _begun(entry, scope, position, before, best_since.get(scope, 0))
    return sorted((*found, *open_ones.values()), key=lambda one: (one.start_ns, one.entry_seq))


def by_month(one: Stretch, now_ns: int) -> Iterator[Stretch]:
    """The same stretch in pieces, none of which goes beyond the end of a month (UTC)."""
    start_ns = one.start_ns
    while (end_ns := month_end_ns(start_ns)) < one.end_ns(now_ns):
        yield replace(one, start_ns=start_ns, until_ns=end_ns)
        start_ns = end_ns
    yield replace(one, start_ns=start_ns)


def pieces(every: Iterable[Stretch], now_ns: int) -> list[Stretch]:
    """Every stretch, cut where months end, in the order of their beginnings."""
    return sorted((one for whole in every for one in by_month(whole, now_ns)), key=lambda one: one.start_ns)


def month_of(at_ns: int) -> str:
    """The month of an instant, in UTC.

    >>> month_of(1_795_003_200 * 10**9)
    '2026-11'
    """
    return datetime.fromtimestamp(at_ns // _NS, UTC).strftime("%Y-%m")


def month_end_ns(at_ns: int) -> int:
    """The end of the month of an instant, in UTC."""
    at = datetime.fromtimestamp(at_ns // _NS, UTC)
    following = datetime(at.year + at.month // 12, at.month % 12 + 1, 1, tzinfo=UTC)
    return int(following.timestamp()) * _NS


def _step(entry: JournalEntry) -> tuple[Scope, Position] | None:
    """Where a scope stands since an entry; None: it does not say, as entries from before there were shares."""
    content: Mapping[str, Any] = entry.content
    after = content["transition"].get("after")
    if after is None:
        return None
    position: Position = back(Position, after)
    shadow = content.get("policy", {}).get("shadow", False)
    return Scope(**content["scope"]), Position((*position.path, position.tier)[0]) if shadow else position


def _begun(entry: JournalEntry, scope: Scope, position: Position, before: Stretch | None, up_since_ns: int) -> Stretch:
    content: Mapping[str, Any] = entry.content
    windows = [cause["window"]["long_s"] for cause in content["transition"].get("causes", ())]
    return Stretch(
        entry_seq=entry.entry_seq,
        scope=scope,
        position=position,
        start_ns=entry.noted_ns,
        until_ns=None,
        why=content["transition"].get("why", "burning"),
        sentence=content["sentence"],
        down_since_ns=entry.noted_ns if before is None else before.down_since_ns,
        up_since_ns=up_since_ns if before is None else before.up_since_ns,
        looked_back_ns=int(max(windows, default=0) * _NS) if before is None else before.looked_back_ns,
    )
