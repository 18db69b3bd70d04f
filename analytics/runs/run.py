"""One run: which spans it rates, by which prices and rules. Rows of the table ``rate_runs``.

A span is rated by the applied run with the highest number that holds it. A ``live`` run begins when a server starts
with other prices or rules than before and holds all batches from then on, so a span keeps the prices it arrived under.
A ``reprice`` holds what it was asked for, as far as it has been derived again: at every instant the ledger is what the
runs say, also in the middle of a reprice.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

FIRST_NS, LAST_NS = -(2**63) + 2, 2**63 - 2
"""Open ends of time, just inside the instants a store can hold."""


class RunKind(StrEnum):
    """Why a run exists."""

    LIVE = "live"
    REPRICE = "reprice"


class RunStatus(StrEnum):
    """Whether a run counts."""

    PROPOSED = "proposed"
    APPLIED = "applied"


@dataclass(frozen=True, slots=True)
class Run:
    """Instants are unix nanoseconds, windows half-open; None is an open end."""

    run_id: int
    kind: RunKind
    status: RunStatus
    edition_id: UUID
    rules_id: UUID
    recorded_ns: int
    from_seq: int = 0
    until_seq: int | None = None
    as_of_ns: int | None = None
    start_ns: int | None = None
    until_ns: int | None = None
    rerated_until_ns: int | None = None
    """Spans of a reprice that started before this are derived again."""
    note: str | None = None

    @property
    def window_ns(self) -> tuple[int, int]:
        """Starts of the spans it is about."""
        start = FIRST_NS if self.start_ns is None else self.start_ns
        return start, LAST_NS if self.until_ns is None else self.until_ns

    @property
    def rated_ns(self) -> tuple[int, int]:
        """Starts of the spans it rates by now."""
        start, until = self.window_ns
        if self.kind is RunKind.LIVE:
            return start, until
        return start, start if self.rerated_until_ns is None else min(until, self.rerated_until_ns)

    @property
    def under_way(self) -> bool:
        """Whether spans wait to be derived again because of it."""
        return self.status is RunStatus.APPLIED and self.rated_ns[1] < self.window_ns[1]

    def holds(self, batch_seq: Ints, start_ns: Ints) -> Mask:
        """Which spans it rates."""
        start, until = self.rated_ns
        inside = batch_seq >= self.from_seq
        if self.until_seq is not None:
            inside &= batch_seq < self.until_seq
        if (start, until) != (FIRST_NS, LAST_NS):
            inside &= (start_ns >= start) & (start_ns < until)
        return np.asarray(inside)


class UnratedSpans(LookupError):
    """No run holds some spans; the message says which batch is the first of them."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The run of every span."""

    runs: tuple[Run, ...]
    position: Ints
    """Per span the place of its run in ``runs``."""

    @property
    def run_id(self) -> Ints:
        """Per span the number of its run."""
        return np.array([run.run_id for run in self.runs], np.int64)[self.position]


@dataclass(frozen=True, slots=True)
class View:
    """The applied runs at one moment, newest first.

    >>> edition = UUID(int=0)
    >>> old = Run(1, RunKind.LIVE, RunStatus.APPLIED, edition, edition, 0)
    >>> new = replace(old, run_id=2, from_seq=7)
    >>> View((new, old)).of(np.array([6, 7, 8]), np.array([0, 0, 0])).run_id.tolist()
    [1, 2, 2]
    """

    runs: tuple[Run, ...]

    def of(self, batch_seq: Ints, start_ns: Ints) -> Chosen:
        """Choose the run of every span; raises UnratedSpans where there is none."""
        position = np.full(len(batch_seq), -1, np.int64)
        for i, run in enumerate(self.runs):
            open_yet = position < 0
            if not open_yet.any():
                break
            position[open_yet & run.holds(batch_seq, start_ns)] = i
        if (position < 0).any():
            first = int(batch_seq[position < 0].min())
            raise UnratedSpans(f"no run of prices holds batch {first}; begin a live run before spans are derived")
        return Chosen(self.runs, position)

    def with_progress(self, run_id: int, rerated_until_ns: int) -> "View":
        """The view once spans of a run that started before this are derived again."""
        further = (replace(r, rerated_until_ns=rerated_until_ns) if r.run_id == run_id else r for r in self.runs)
        return View(tuple(further))
