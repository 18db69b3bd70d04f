"""Who has heard: what each reader of the signal says it applied, how long ago, and how far behind it is.

A reader acknowledges what it applied. That is told to people, never used to decide anything, so it is kept in memory
only, for the readers heard last, and nobody has to trust it.

Ages are by this server's clock alone: ``applied_at`` is the reader's word, and its clock may differ.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from alerts.board import Board
from instrumentation.downgrade import Scope

MOST_READERS = 2_000
"""Readers kept, those heard last; one is about a kilobyte."""


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What one reader says it applied."""

    reader: str
    service: str
    epoch: int
    seq: int
    applied_at: datetime
    decisions: int
    held: tuple[Scope, ...] = ()
    """Scopes where it keeps what it had, the first of them."""
    held_count: int = 0
    """All of them."""


@dataclass(frozen=True, slots=True)
class Hearing:
    """An acknowledgement, when it came, and how long after the issue it names."""

    said: Acknowledgement
    heard_at: datetime
    delay_s: float | None
    """From the issue that it names to its acknowledgement; None when that issue is no longer remembered."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A reader as it stands at some instant."""

    hearing: Hearing
    age_s: float
    """Since it was heard."""
    behind: int | None
    """Issues out since the one it applied; None for one of an earlier epoch."""
    lag_s: float | None
    """How long there has been a newer issue than the one it applied: 0 when there is none, None when unknown."""


@dataclass(slots=True)
class Readers:
    """Remembers the readers of one board; safe to use from any thread."""

    board: Board
    most: int = MOST_READERS
    forgotten: int = 0
    """Readers that made room for others."""
    _heard: OrderedDict[str, Hearing] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def hear(self, said: Acknowledgement, at: datetime) -> bool:
        """Remember the last word of a reader; False for what was never issued, which is not remembered.

        One that comes late and says less than the one before changes nothing.
        """
        document = self.board.issue.document
        if (said.epoch, said.seq) > (document.epoch, document.seq):
            return False
        issued_at = self.board.issued_at(said.seq) if said.epoch == document.epoch else None
        delay_s = None if issued_at is None else _seconds(issued_at, at)
        with self._lock:
            known = self._heard.get(said.reader)
            if known is not None and (said.epoch, said.seq) < (known.said.epoch, known.said.seq):
                return True
            if known is not None and (said.epoch, said.seq) == (known.said.epoch, known.said.seq):
                delay_s = known.delay_s
            self._heard[said.reader] = Hearing(said, at, delay_s)
            self._heard.move_to_end(said.reader)
            while len(self._heard) > self.most:
                self._heard.popitem(last=False)
                self.forgotten += 1
        return True

    def standings(self, at: datetime) -> Sequence[Standing]:
        """Every reader, by its name."""
        with self._lock:
            heard = sorted(self._heard.items())
        return [self._standing(hearing, at) for _, hearing in heard]

    def _standing(self, hearing: Hearing, at: datetime) -> Standing:
        document, said = self.board.issue.document, hearing.said
        age_s = _seconds(hearing.heard_at, at)
        if said.epoch != document.epoch:
            return Standing(hearing, age_s, None, None)
        if said.seq == document.seq:
            return Standing(hearing, age_s, 0, 0.0)
        newer_at = self.board.issued_at(said.seq + 1)
        lag_s = None if newer_at is None else _seconds(newer_at, at)
        return Standing(hearing, age_s, document.seq - said.seq, lag_s)


def _seconds(start: datetime, until: datetime) -> float:
    return max(0.0, (until - start).total_seconds())
