"""Where every record and every refused request is counted under a reason.

The law of the house: ``received == stored + duplicate + sum(rejected)`` for records that reached the intake; requests
that never did (undecodable, over a limit, overloaded) are counted as refused, by reason.
"""

from collections import Counter
from dataclasses import dataclass, field
from threading import Lock

from collector.signals import Receipt, Signal


@dataclass(frozen=True, slots=True)
class Count:
    """One counted line: how many ``outcome`` of ``signal``, and why."""

    signal: str
    outcome: str
    reason: str
    value: int


@dataclass(slots=True)
class Accounts:
    """Totals since the process started; safe to use from any thread.

    >>> accounts = Accounts()
    >>> accounts.add(Signal.TRACES, Receipt(received=3, stored=2, rejected={"zero_trace_id": 1}))
    >>> [(c.outcome, c.reason, c.value) for c in accounts.lines()]
    [('received', '', 3), ('rejected', 'zero_trace_id', 1), ('stored', '', 2)]
    """

    _totals: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock)

    def add(self, signal: Signal, receipt: Receipt) -> None:
        """Count the records of one acknowledged request."""
        with self._lock:
            self._count(signal, "received", "", receipt.received)
            self._count(signal, "stored", "", receipt.stored)
            self._count(signal, "duplicate", "", receipt.duplicate)
            for reason, records in receipt.rejected.items():
                self._count(signal, "rejected", reason, records)

    def refuse(self, signal: Signal | None, reason: str) -> None:
        """Count one request that was answered with an error."""
        with self._lock:
            self._count(signal or "unknown", "refused", reason, 1)

    def lines(self) -> list[Count]:
        """Every non-zero total, sorted by signal, outcome and reason."""
        with self._lock:
            return [Count(*key, value) for key, value in sorted(self._totals.items())]

    def _count(self, signal: str, outcome: str, reason: str, records: int) -> None:
        if records:
            self._totals[str(signal), outcome, reason] += records
