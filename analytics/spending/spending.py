"""Money that is asked for before it is spent: no number of callers together passes a limit.

A reservation is granted when every budget that covers it has room:

    spent (in the ledger, as last read) + held + settled and not yet in the ledger + this one <= amount

The bound holds because a reserved cost is in at least one of the three all the time. It is held until it is settled;
what is settled counts until a reading of the ledger that was begun after its trace was seen there. To that end a
refresh asks for the traces first and for the sums after. Deciding and counting are one step under one lock; only then
the event is made durable, together with those of whoever else asks, and only then the caller is told.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from threading import Lock
from uuid import UUID, uuid4

from analytics.forecast.forecasts import Forecasts
from analytics.forecast.settings import ForecastEvent
from analytics.notation import NS_PER_S
from analytics.questions import BadParameter, NotFound, Unanswerable
from analytics.spending.budget import SpendBudget
from analytics.spending.desk import Desk
from analytics.spending.events import EventLog, recent, trace_costs
from analytics.spending.granting import Priced, affordable, granted, priced, refused, refusing, stands
from analytics.spending.pace import Look
from analytics.spending.position import NOTHING, Position
from analytics.spending.pricing import Pricer, without_prices
from analytics.spending.reading import Reading, SpendReader
from analytics.spending.reservation import REMEMBERED_NS, Reservation, State, TraceCost
from analytics.spending.shapes import ReservationAnswer, ReservationAsk, ReservationState, SettleAsk
from collector.store import Store, StoreError, StoreUnavailable

FRESH_NS = 2 * NS_PER_S
"""A reading older than this is refreshed by whoever needs it; the evaluation refreshes it every second."""
MOST_REMEMBERED = 100_000
"""Reservations kept in memory, about 1 kB each; past it callers are told to try again."""


_PORTION = 64
"""Traces let go under one hold of the lock: about a millisecond."""


class Conflict(Unanswerable):
    """A reservation is asked to be what it cannot be any more."""


class Spending:
    """Spend budgets as they stand, and who may spend. One for a data directory; safe to use from any thread."""

    def __init__(
        self,
        store: Store,
        budgets: Sequence[SpendBudget],
        *,
        price: Pricer = without_prices,
        events: Sequence[ForecastEvent] = (),
        new_id: Callable[[], UUID] = uuid4,
    ) -> None:
        self.store = store
        self.budgets = tuple(budgets)
        self.price, self._new_id = price, new_id
        self.forecasts = Forecasts(store, events, price)
        self._reader = SpendReader(store, self.budgets)
        self._log = EventLog(store)
        self._desk = Desk(self.budgets)
        self._latest: Reading | None = None
        self._loaded = False
        self._unwritten: dict[UUID, Future[None]] = {}
        self._lock, self._refreshing = Lock(), Lock()

    def refresh(self, now_ns: int) -> Reading:
        """Read the ledger, and let go of settled reservations that have come to it."""
        with self._refreshing:
            return self._refreshed(now_ns)

    def positions(self, now_ns: int) -> tuple[Position, ...]:
        """Every budget as it stands, in the order of the configuration, by a fresh reading."""
        self.refresh(now_ns)
        with self._lock:
            self._advance(now_ns)
            return self._positions(now_ns)

    def looks(self, now_ns: int) -> tuple[Look, ...]:
        """Every budget as it stands with its spend step by step, by a fresh reading."""
        reading = self.refresh(now_ns)
        with self._lock:
            self._advance(now_ns)
            return tuple(map(Look, self._positions(now_ns), reading.spent))

    def reserve(self, ask: ReservationAsk, now_ns: int) -> ReservationAnswer:
        """Hold an amount on every budget that covers it, or on none."""
        asked = priced(ask, self.price, now_ns)
        self._freshen(now_ns)
        with self._lock:
            self._advance(now_ns)
            known = self._repeated(asked, now_ns)
            if known is None:
                mine = self._positions(now_ns, asked.words)
                against = refusing(mine, asked.amount_usd)
                if against or asked.amount_usd is None:
                    everything = self._positions(now_ns) if against and asked.candidates else ()
                    return refused(asked, mine, against, affordable(asked, everything))
                known = self._held(asked, now_ns)
            written = self._unwritten.get(known.reservation_id)
            answer = granted(known, self._positions(now_ns, known.words))
        self._durable(known, written)
        return answer

    def settle(self, reservation_id: UUID, ask: SettleAsk, now_ns: int) -> ReservationState:
        """Say what a reserved call cost, or in which trace its cost will come; also after the hold has expired."""
        with self._lock:
            self._advance(now_ns)
            before = self._known(reservation_id)
            after = _settled(before, ask, now_ns)
            written = self._announced(after) if after is not before else self._unwritten.get(reservation_id)
        self._durable(after, written, before)
        return self.show(reservation_id, now_ns)

    def release(self, reservation_id: UUID, now_ns: int) -> ReservationState:
        """Say that nothing was spent."""
        with self._lock:
            self._advance(now_ns)
            before = self._known(reservation_id)
            after = _released(before, now_ns)
            written = self._announced(after) if after is not before else self._unwritten.get(reservation_id)
        self._durable(after, written, before)
        return self.show(reservation_id, now_ns)

    def show(self, reservation_id: UUID, now_ns: int) -> ReservationState:
        """How one reservation stands."""
        with self._lock:
            self._advance(now_ns)
            return stands(self._known(reservation_id), self._desk.counted(reservation_id), now_ns)

    def live(self, now_ns: int) -> list[ReservationState]:
        """Every reservation that counts, oldest first."""
        with self._lock:
            self._advance(now_ns)
            found = sorted(self._desk.live(now_ns), key=lambda one: (one.created_ns, one.reservation_id))
            return [stands(one, self._desk.counted(one.reservation_id), now_ns) for one in found]

    def _freshen(self, now_ns: int) -> None:
        """Read the ledger, unless the latest reading is young and of the current periods."""
        if _serves(self._latest, now_ns):
            return
        with self._refreshing:
            if not _serves(self._latest, now_ns):
                self._refreshed(now_ns)

    def _refreshed(self, now_ns: int) -> Reading:
        with self._lock:
            self._advance(now_ns)
            watched = self._desk.watched(now_ns)
        costs = trace_costs(self.store, self.budgets, watched)  # before the sums: these then hold all that these say
        reading = self._reader.read(now_ns)
        self._latest = reading  # from here on what has come counts in it, and for a moment twice, but never not at all
        if reading.exact:
            self._let_go(watched, costs, now_ns)
        self._log.flush_all()
        return reading

    def _let_go(
        self, watched: Mapping[UUID, Sequence[Reservation]], costs: Mapping[UUID, TraceCost], now_ns: int
    ) -> None:
        """Let settled reservations count only what has not come yet; in portions, as callers wait for the lock."""
        traces = list(watched.items())
        for begin in range(0, len(traces), _PORTION):
            with self._lock:
                self._desk.seen(dict(traces[begin : begin + _PORTION]), costs, now_ns)

    def _advance(self, now_ns: int) -> None:
        """Let the time that has passed have its effect; under the lock."""
        if not self._loaded:
            self._log.resume()
            for reservation in recent(self.store, now_ns):
                self._desk.put(reservation)
            self._loaded = True
        for unseen in self._desk.advance(now_ns):
            self._desk.put(unseen)
            self._log.announce(unseen)

    def _positions(self, now_ns: int, words: Mapping[str, str] | None = None) -> tuple[Position, ...]:
        """All budgets, or those that cover the words.

        Under the lock, and by the latest reading alone: an older one with what is reserved now would lack what has come
        to the ledger in between.
        """
        spent = () if self._latest is None else self._latest.spent
        rows = enumerate(zip(self.budgets, spent, strict=True))
        return tuple(
            Position(budget, spent.period, spent.whole, self._desk.reserved(row), now_ns)
            for row, (budget, spent) in rows
            if words is None or budget.covers(words)
        )

    def _repeated(self, asked: Priced, now_ns: int) -> Reservation | None:
        """The reservation that was made under the same key, as long as it counts."""
        key = asked.ask.request_key
        known = None if key is None else self._desk.by_key(key)
        if known is None or not known.live(now_ns):
            return None
        if (known.words, known.amount_usd) != (asked.words, asked.amount_usd):
            raise Conflict(
                f"request_key {key!r} stands for {known.amount_usd} USD for {dict(known.words)}: use another"
            )
        return known

    def _held(self, asked: Priced, now_ns: int) -> Reservation:
        if len(self._desk) >= MOST_REMEMBERED:
            raise StoreUnavailable(
                f"found {len(self._desk)} reservations; expected fewer: try again when some are over"
            )
        ask, amount_usd = asked.ask, asked.amount_usd
        held = Reservation(
            reservation_id=self._new_id(),
            state=State.HELD,
            words=asked.words,
            amount_usd=amount_usd or NOTHING,
            created_ns=now_ns,
            expires_ns=now_ns + ask.ttl_s * NS_PER_S,
            changed_ns=now_ns,
            request_key=ask.request_key,
            trace_id=ask.trace_id,
        )
        self._announced(held)
        return held

    def _announced(self, reservation: Reservation) -> "Future[None]":
        """Count it from now on, and note it down to be written; under the lock."""
        self._desk.put(reservation)
        written = self._unwritten[reservation.reservation_id] = self._log.announce(reservation)
        return written

    def _durable(self, after: Reservation, written: "Future[None] | None", before: Reservation | None = None) -> None:
        """Return when it is written; take it back when it cannot be."""
        if written is None:
            return
        try:
            self._log.flush(written)
        except StoreError:
            with self._lock:
                if self._desk.find(after.reservation_id) == after:
                    self._take_back(after, before)
            raise
        finally:
            with self._lock:
                if self._unwritten.get(after.reservation_id) is written:
                    del self._unwritten[after.reservation_id]

    def _take_back(self, after: Reservation, before: Reservation | None) -> None:
        if before is None:
            self._desk.drop(after.reservation_id)
        else:
            self._desk.put(before)

    def _known(self, reservation_id: UUID) -> Reservation:
        found = self._desk.find(reservation_id)
        if found is None:
            raise NotFound(
                f"found no reservation {reservation_id}: it never was, or ended more than "
                f"{REMEMBERED_NS // NS_PER_S} s ago; its cost counts when its spans arrive"
            )
        return found


def _serves(reading: Reading | None, now_ns: int) -> bool:
    if reading is None:
        return False
    young = 0 <= now_ns - reading.at_ns < FRESH_NS
    return young and all(spent.period.start_ns <= now_ns < spent.period.until_ns for spent in reading.spent)


def _settled(before: Reservation, ask: SettleAsk, now_ns: int) -> Reservation:
    """The reservation once it is settled; the same one if this was said before."""
    if before.state is State.SETTLED and ask.actual_usd in {None, before.actual_usd}:
        return before if ask.trace_id in {None, before.trace_id} else replace(before, trace_id=ask.trace_id)
    if before.state in {State.SETTLED, State.UNSEEN}:
        raise Conflict(f"reservation {before.reservation_id} was settled before, for {before.actual_usd} USD")
    trace_id = ask.trace_id or before.trace_id
    if ask.actual_usd is None and trace_id is None:
        raise BadParameter("actual_usd", None, "be given, or a trace_id: one of them has to say what it cost")
    return replace(before, state=State.SETTLED, actual_usd=ask.actual_usd, trace_id=trace_id, changed_ns=now_ns)


def _released(before: Reservation, now_ns: int) -> Reservation:
    if before.state in {State.SETTLED, State.UNSEEN}:
        raise Conflict(f"reservation {before.reservation_id} was settled before: what was spent cannot be released")
    return before if before.state is State.RELEASED else replace(before, state=State.RELEASED, changed_ns=now_ns)
