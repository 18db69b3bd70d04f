"""What callers send who ask before they spend, and what they are told, exactly as JSON has it.

Amounts are decimal strings or whole numbers. A JSON number with a fraction went through a float, and is refused.
"""

import re
from decimal import Decimal
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from analytics.notation import Instant, Usd
from analytics.request_shapes import Answer
from analytics.spending.budget import SCOPE

LONGEST_TTL_S = 3600
_MOST_TOKENS = 10**12
_FIGURE = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,3})?")


def _figure(value: object) -> object:
    if value is None or type(value) is int or isinstance(value, Decimal):
        return value
    read = _FIGURE.fullmatch(value) if isinstance(value, str) else None
    if read is None:
        raise ValueError('write an amount as a decimal string such as "0.0125"')
    return value


Amount = Annotated[
    Decimal,
    BeforeValidator(_figure),
    Field(ge=0, max_digits=38, decimal_places=15, allow_inf_nan=False),
    WithJsonSchema({"type": "string", "format": "decimal"}),
]
_Word = Annotated[str, Field(min_length=1, max_length=256)]
_Count = Annotated[int, Field(strict=True, ge=0, le=_MOST_TOKENS)]


def _no_zero(trace_id: UUID) -> UUID:
    if not trace_id.int:
        raise ValueError("be 32 hex digits, not all of them 0")
    return trace_id


_TraceId = Annotated[UUID, AfterValidator(_no_zero)]


class Asked(BaseModel):
    """The root of what is sent; an unknown key is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Candidate(Asked):
    """A model that would do as well."""

    provider: _Word | None = None
    """The provider, as telemetry reports it."""
    model: _Word
    """The model, as telemetry reports it."""
    service_tier: _Word | None = None
    """standard when left out"""
    region: _Word | None = None
    """Where it runs, if its price depends on that."""


class Estimate(Candidate):
    """A call that is about to be made; it is priced at the most it can use."""

    input_tokens: _Count = 0
    """All prompt tokens, cached ones included."""
    cache_read_tokens: _Count = 0
    """Of the input: expected to be read from the provider's cache."""
    max_output_tokens: _Count = 0
    """The most it may generate, reasoning included."""
    search_units: _Count = 0
    """Searches it may bill."""

    @model_validator(mode="after")
    def _cached_is_input(self) -> Self:
        if self.cache_read_tokens > self.input_tokens:
            raise ValueError(
                f"cache_read_tokens is {self.cache_read_tokens}; expected at most input_tokens, {self.input_tokens}"
            )
        return self


class ReservationAsk(Asked):
    """Whom and what money is wanted for, and how much: an amount, or an estimate that the price book prices."""

    tenant: _Word | None = None
    """Who the request is for."""
    team: _Word | None = None
    """The team that owns the feature."""
    feature: _Word | None = None
    """The feature that asks."""
    route: _Word | None = None
    """The route it takes."""
    tier: _Word | None = None
    """The tier it is served at."""
    environment: _Word | None = None
    """deployment.environment.name"""
    cost_center: _Word | None = None
    """Who pays."""
    project: _Word | None = None
    """Project or workspace at the provider."""
    provider: _Word | None = None
    """The provider; the estimate's when left out."""
    model: _Word | None = None
    """The model; the estimate's when left out."""
    amount_usd: Amount | None = None
    """What it may cost at most."""
    estimate: Estimate | None = None
    """Or the call itself."""
    candidates: Annotated[tuple[Candidate, ...], Field(max_length=20)] = ()
    """Models that would do as well; the cheapest one that can be afforded is named when the estimate cannot."""
    ttl_s: Annotated[int, Field(ge=1, le=LONGEST_TTL_S)] = 60
    """Seconds until the hold expires: longer than the call takes."""
    request_key: _Word | None = None
    """Asking again under the same key gives the same reservation."""
    trace_id: _TraceId | None = None
    """The trace the call will be in, 32 hex digits."""

    @model_validator(mode="after")
    def _one_price(self) -> Self:
        if (self.amount_usd is None) == (self.estimate is None):
            raise ValueError("give either amount_usd or estimate")
        if self.candidates and self.estimate is None:
            raise ValueError("candidates are priced by the tokens of an estimate: give one")
        for name in ("provider", "model"):
            said = getattr(self, name), getattr(self.estimate, name, None)
            if None not in said and said[0] != said[1]:
                raise ValueError(f"{name} is {said[0]!r} and {said[1]!r} in the estimate; give one of them")
        return self

    @property
    def words(self) -> dict[str, str]:
        """The words of a budget's scope that were given."""
        said = {word: getattr(self, word) or getattr(self.estimate, word, None) for word in SCOPE}
        return {word: value for word, value in said.items() if value is not None}


class SettleAsk(Asked):
    """What a reserved call cost, the trace that it is in, or both."""

    actual_usd: Amount | None = None
    """What it cost, if the caller knows."""
    trace_id: _TraceId | None = None
    """Its trace: the reservation counts until the ledger has it."""


class Room(Answer):
    """A budget that holds, or would have to hold, the reservation."""

    name: str
    """As configured."""
    owner: str | None
    """Who is asked when the money runs out."""
    amount_usd: Usd
    """What may be spent in the period."""
    remaining_usd: Usd
    """amount - spent - reserved, this reservation included where it was granted."""
    period_until: Instant
    """When the period ends."""
    level: str | None
    """The highest level reached; null below the first."""
    refuses: bool
    """Whether this budget stands against it."""


class Affordable(Answer):
    """The cheapest candidate that all its budgets can hold."""

    provider: str | None
    """As given."""
    model: str
    """As given."""
    amount_usd: Usd
    """What it costs at most."""


class ReservationAnswer(Answer):
    """Whether the money may be spent."""

    granted: bool | None
    """true: reserved; false: do not spend; null: nobody can say what it costs, and no budget minds."""
    status: str
    """reserved, refused or unpriced"""
    reservation_id: UUID | None
    """To settle or release; null when nothing is reserved."""
    expires_at: Instant | None
    """When the hold ends by itself."""
    amount_usd: Usd | None
    """What is, or would have been, reserved; null when it has no price."""
    level: str | None
    """The level of the budget that is furthest gone."""
    budgets: tuple[Room, ...]
    """Every budget it counts on."""
    refused_by: tuple[str, ...]
    """Names of those that stand against it."""
    affordable: Affordable | None
    """When refused and candidates were given: the cheapest one that fits; null when none does."""


class ReservationState(Answer):
    """How a reservation stands."""

    reservation_id: UUID
    """As granted."""
    state: str
    """held, expired, settled, released or unseen (settled, and its cost did not come to the ledger in time)"""
    words: dict[str, str]
    """Whom and what it is for."""
    amount_usd: Usd
    """What was reserved."""
    actual_usd: Usd | None
    """What it cost, if the caller said so; of an unseen one, what had not come to the ledger."""
    overrun_usd: Usd
    """What it cost above what was reserved."""
    counted_usd: Usd
    """The most it still counts on any budget."""
    created_at: Instant
    """When it was granted."""
    expires_at: Instant
    """When the hold ends, or ended, by itself."""
    trace_id: str | None
    """32 hex digits, if known."""
    request_key: str | None
    """As given."""


class ReservationPage(Answer):
    """Reservations that count, oldest first."""

    reservations: tuple[ReservationState, ...]
    """One page."""
    next: str | None
    """Pass it as cursor for the page after this one; null at the end."""
