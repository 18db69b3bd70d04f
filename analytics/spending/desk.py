"""The desk: every reservation that counts, and what all of them count on each budget. In memory; its owner locks.

Totals move by what a reservation counted before and counts now. Decimals are exact, so the totals always equal the sums
over all reservations, however many there were.
"""

import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from uuid import UUID

from analytics.spending.budget import SpendBudget
from analytics.spending.position import NOTHING, Reserved
from analytics.spending.reservation import (
    REMEMBERED_NS,
    Reservation,
    State,
    TraceCost,
    believed,
    left_to_come,
)


@dataclass(slots=True)
class _Entry:
    reservation: Reservation
    rows: tuple[int, ...]
    """The budgets it counts on."""
    counted: Mapping[int, Decimal] = field(default_factory=dict)


@dataclass(slots=True)
class Desk:
    """Knows every reservation that counts, and those of the last minutes that do no more."""

    budgets: Sequence[SpendBudget]
    _entries: dict[UUID, _Entry] = field(default_factory=dict)
    _by_key: dict[str, UUID] = field(default_factory=dict)
    _totals: dict[tuple[State, int], Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    _settled: set[UUID] = field(default_factory=set)
    """Settled ones whose cost may still come."""
    _due: list[tuple[int, UUID]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self._entries)

    def put(self, reservation: Reservation) -> None:
        """Take in a reservation, new or changed."""
        known = self._entries.get(reservation.reservation_id)
        rows = known.rows if known else covering(self.budgets, reservation.words)
        entry = known or _Entry(reservation, rows)
        self._count(entry, {})
        entry.reservation = reservation
        counts = reservation.state in {State.HELD, State.SETTLED}
        self._count(entry, dict.fromkeys(rows, reservation.spent_usd) if counts else {})
        self._entries[reservation.reservation_id] = entry
        self._note(reservation)
        if reservation.request_key is not None:
            self._by_key[reservation.request_key] = reservation.reservation_id
        heapq.heappush(self._due, (reservation.due_ns, reservation.reservation_id))

    def drop(self, reservation_id: UUID) -> None:
        """Forget a reservation, as if it had never been."""
        entry = self._entries.pop(reservation_id, None)
        if entry is None:
            return
        self._count(entry, {})
        self._settled.discard(reservation_id)
        key = entry.reservation.request_key
        if key is not None and self._by_key.get(key) == reservation_id:
            del self._by_key[key]

    def find(self, reservation_id: UUID) -> Reservation | None:
        """One reservation, if it is remembered."""
        entry = self._entries.get(reservation_id)
        return None if entry is None else entry.reservation

    def by_key(self, request_key: str) -> Reservation | None:
        """The newest reservation under a key, if it is remembered."""
        known = self._by_key.get(request_key)
        return None if known is None else self.find(known)

    def reserved(self, row: int) -> Reserved:
        """What is reserved on one budget."""
        return Reserved(self._totals[State.HELD, row], self._totals[State.SETTLED, row])

    def live(self, now_ns: int) -> Iterator[Reservation]:
        """Every reservation that counts, in order of creation."""
        return (r for r in (entry.reservation for entry in self._entries.values()) if r.live(now_ns))

    def counted(self, reservation_id: UUID) -> Decimal:
        """The most a reservation counts on any budget."""
        entry = self._entries.get(reservation_id)
        return NOTHING if entry is None else max(entry.counted.values(), default=NOTHING)

    def advance(self, now_ns: int) -> list[Reservation]:
        """Stop counting what is over, forget what is long over; returns the settled ones that were never all seen."""
        unseen: list[Reservation] = []
        while self._due and self._due[0][0] <= now_ns:
            due_ns, reservation_id = heapq.heappop(self._due)
            entry = self._entries.get(reservation_id)
            if entry is None or self._stale(entry, due_ns):
                continue
            unseen += self._over(entry, now_ns)
            forgotten_ns = entry.reservation.due_ns + REMEMBERED_NS
            if now_ns >= forgotten_ns:
                self.drop(reservation_id)
            else:
                heapq.heappush(self._due, (forgotten_ns, reservation_id))
        return unseen

    def watched(self, now_ns: int) -> Mapping[UUID, Sequence[Reservation]]:
        """Settled reservations whose cost may still come, by trace, in order of creation."""
        found: dict[UUID, list[Reservation]] = defaultdict(list)
        for reservation in sorted((self._entries[one].reservation for one in self._settled), key=_created):
            if reservation.trace_id is not None and reservation.live(now_ns):
                found[reservation.trace_id].append(reservation)
        return found

    def seen(self, watched: Mapping[UUID, Sequence[Reservation]], costs: Mapping[UUID, TraceCost], now_ns: int) -> None:
        """Let settled reservations count only what the ledger does not have yet."""
        for trace_id, asked in watched.items():
            trace = costs.get(trace_id)
            if trace is None or not (trace.by_budget or trace.complete):
                continue
            entries = [entry for one in asked if (entry := self._entries.get(one.reservation_id)) is not None]
            # settled once more, or changed in between: look again next time
            if [entry.reservation for entry in entries] == asked:
                self._take_off(entries, trace, now_ns)

    def _take_off(self, entries: Sequence[_Entry], trace: TraceCost, now_ns: int) -> None:
        counted: dict[UUID, dict[int, Decimal]] = {entry.reservation.reservation_id: {} for entry in entries}
        for row in {row for entry in entries for row in entry.rows}:
            spent = [(e.reservation.reservation_id, e.reservation.spent_usd) for e in entries if row in e.rows]
            for reservation_id, left in left_to_come(spent, trace.by_budget.get(row, NOTHING)):
                counted[reservation_id][row] = left
        for entry in entries:
            still = counted[entry.reservation.reservation_id]
            if believed(entry.reservation, trace, now_ns) or (trace.complete and not any(still.values())):
                self._settled.discard(entry.reservation.reservation_id)
                still = {}
            self._count(entry, still)

    def _stale(self, entry: _Entry, due_ns: int) -> bool:
        """Whether the reservation has changed since this was noted down."""
        return due_ns not in {entry.reservation.due_ns, entry.reservation.due_ns + REMEMBERED_NS}

    def _over(self, entry: _Entry, now_ns: int) -> list[Reservation]:
        reservation = entry.reservation
        left = self.counted(reservation.reservation_id)
        self._count(entry, {})
        self._settled.discard(reservation.reservation_id)
        if reservation.state is not State.SETTLED or not left:
            return []
        return [replace(reservation, state=State.UNSEEN, actual_usd=left, changed_ns=now_ns)]

    def _note(self, reservation: Reservation) -> None:
        if reservation.state is State.SETTLED:
            self._settled.add(reservation.reservation_id)
        else:
            self._settled.discard(reservation.reservation_id)

    def _count(self, entry: _Entry, amounts: Mapping[int, Decimal]) -> None:
        state = entry.reservation.state
        for row, amount in entry.counted.items():
            self._totals[state, row] -= amount
        for row, amount in amounts.items():
            self._totals[state, row] += amount
        entry.counted = amounts


def covering(budgets: Iterable[SpendBudget], words: Mapping[str, str]) -> tuple[int, ...]:
    """Places of the budgets that spend under these words counts on."""
    return tuple(row for row, budget in enumerate(budgets) if budget.covers(words))


def _created(reservation: Reservation) -> tuple[int, UUID]:
    return reservation.created_ns, reservation.reservation_id
