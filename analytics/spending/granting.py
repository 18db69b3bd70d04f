"""Whether a budget has room: pure decisions over positions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from analytics.spending.budget import WhenUnpriced
from analytics.spending.position import Position
from analytics.spending.pricing import Pricer, of_candidate
from analytics.spending.reservation import Reservation
from analytics.spending.shapes import (
    Affordable,
    Candidate,
    Estimate,
    ReservationAnswer,
    ReservationAsk,
    ReservationState,
    Room,
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Priced:
    """What is asked for, priced before any lock is taken."""

    ask: ReservationAsk
    amount_usd: Decimal | None
    """None: it has no price."""
    words: Mapping[str, str]
    candidates: Sequence[tuple[Candidate, Decimal]] = field(default_factory=tuple)
    """Candidates that have a price, the cheapest first."""


def priced(ask: ReservationAsk, price: Pricer, now_ns: int) -> Priced:
    """Find out what is asked for."""
    if ask.estimate is None:
        return Priced(ask, ask.amount_usd, ask.words)
    at = _EPOCH + timedelta(microseconds=now_ns // 1_000)
    return Priced(ask, price(ask.estimate, at), ask.words, _priced(ask.estimate, ask.candidates, price, at))


def _priced(
    call: Estimate, candidates: Sequence[Candidate], price: Pricer, at: datetime
) -> list[tuple[Candidate, Decimal]]:
    found = ((candidate, price(of_candidate(call, candidate), at)) for candidate in candidates)
    known = [(candidate, amount) for candidate, amount in found if amount is not None]
    return sorted(known, key=lambda one: one[1])


def refusing(positions: Sequence[Position], amount_usd: Decimal | None) -> list[Position]:
    """Those that have no room for an amount; for something unpriced, those that refuse it."""
    if amount_usd is None:
        return [p for p in positions if p.budget.when_unpriced is WhenUnpriced.REFUSE]
    return [position for position in positions if amount_usd > position.available_usd]


def affordable(asked: Priced, positions: Sequence[Position]) -> Affordable | None:
    """The cheapest candidate that every budget it would count on has room for, of all budgets there are."""
    for candidate, amount_usd in asked.candidates if positions else ():
        words = {**asked.words, "model": candidate.model, "provider": candidate.provider}
        given = {word: value for word, value in words.items() if value is not None}
        if not refusing([position for position in positions if position.budget.covers(given)], amount_usd):
            return Affordable(provider=candidate.provider, model=candidate.model, amount_usd=amount_usd)
    return None


def refused(
    asked: Priced, mine: Sequence[Position], against: Sequence[Position], instead: Affordable | None
) -> ReservationAnswer:
    """Say no, by whom, and what could be done instead; for something unpriced nobody minds, say that nobody knows."""
    unpriced = asked.amount_usd is None
    return ReservationAnswer(
        granted=False if against else None,
        status="unpriced" if unpriced else "refused",
        reservation_id=None,
        expires_at=None,
        amount_usd=asked.amount_usd,
        level=_level(mine),
        budgets=tuple(_room(position, refuses=position in against) for position in mine),
        refused_by=tuple(position.budget.name for position in against),
        affordable=instead,
    )


def granted(reservation: Reservation, mine: Sequence[Position]) -> ReservationAnswer:
    """Say yes; the positions of the budgets it counts on hold it already."""
    return ReservationAnswer(
        granted=True,
        status="reserved",
        reservation_id=reservation.reservation_id,
        expires_at=reservation.expires_ns,
        amount_usd=reservation.amount_usd,
        level=_level(mine),
        budgets=tuple(_room(position, refuses=False) for position in mine),
        refused_by=(),
        affordable=None,
    )


def stands(reservation: Reservation, counted_usd: Decimal, now_ns: int) -> ReservationState:
    """How a reservation stands, for its caller."""
    trace_id: UUID | None = reservation.trace_id
    return ReservationState(
        reservation_id=reservation.reservation_id,
        state=reservation.word(now_ns),
        words=dict(reservation.words),
        amount_usd=reservation.amount_usd,
        actual_usd=reservation.actual_usd,
        overrun_usd=reservation.overrun_usd,
        counted_usd=counted_usd,
        created_at=reservation.created_ns,
        expires_at=reservation.expires_ns,
        trace_id=None if trace_id is None else trace_id.hex,
        request_key=reservation.request_key,
    )


def _room(position: Position, *, refuses: bool) -> Room:
    budget = position.budget
    return Room(
        name=budget.name,
        owner=budget.owner,
        amount_usd=budget.amount_usd,
        remaining_usd=position.available_usd,
        period_until=position.period.until_ns,
        level=budget.level(position.committed_usd),
        refuses=refuses,
    )


def _level(positions: Sequence[Position]) -> str | None:
    if not positions:
        return None
    furthest = max(positions, key=lambda position: position.committed_usd / position.budget.amount_usd)
    return furthest.budget.level(furthest.committed_usd)
