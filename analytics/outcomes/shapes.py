"""The shapes of outcomes, exactly as JSON shows them; the text under a field is its description there."""

from decimal import Decimal
from typing import Annotated, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    PlainSerializer,
    Tag,
    WithJsonSchema,
    model_validator,
)

from analytics.notation import Instant, Usd, instant_ns, usd_text
from analytics.outcomes.outcome import PLACES
from analytics.request_shapes import Answer
from analytics.sum_shapes import Group

MOST = 1_000
"""Outcomes of one message."""
_MOST_VALUE = Decimal(10) ** 12
_Moment = Annotated[
    int,
    BeforeValidator(lambda text: instant_ns(text) if isinstance(text, str) else text),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
_Exact = Annotated[Decimal, BeforeValidator(lambda given: str(given) if isinstance(given, float) else given)]
"""A number of JSON as it was written, not as a float has it."""
Amount = Annotated[Decimal, PlainSerializer(usd_text, return_type=str)]
"""A sum of values, as a decimal string."""


class _Told(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class OutcomeAsk(_Told):
    """Something that came of a request."""

    name: str = Field(min_length=1, max_length=100)
    """What it is, such as ticket_solved, answer_accepted or minutes_saved."""
    value: _Exact = Field(Decimal(1), ge=-_MOST_VALUE, le=_MOST_VALUE, decimal_places=PLACES)
    """How much of it; 1 when left out."""
    trace_id: str | None = Field(None, pattern="^[0-9a-fA-F]{32}$")
    """The request, as 32 hex digits."""
    response_id: str | None = Field(None, min_length=1, max_length=200)
    """Or the id that the provider gave its answer (gen_ai.response.id)."""
    at: _Moment | None = None
    """RFC 3339; now when left out, which needs an id to be told again."""
    id: str | None = Field(None, min_length=1, max_length=200)
    """Your own name of it, for instance of the ticket: told again, it is the same outcome."""

    @model_validator(mode="after")
    def _about_one_request(self) -> Self:
        if (self.trace_id is None) == (self.response_id is None):
            raise ValueError("give either trace_id or response_id: one of them names the request")
        return self


class OutcomesAsk(_Told):
    """Several outcomes, kept in one transaction."""

    outcomes: tuple[OutcomeAsk, ...] = Field(min_length=1, max_length=MOST)
    """At most a thousand."""


Ask = Annotated[
    Annotated[OutcomeAsk, Tag("one")] | Annotated[OutcomesAsk, Tag("several")],
    Discriminator(lambda given: "several" if isinstance(given, dict) and "outcomes" in given else "one"),
]
"""One outcome, or several; what is wrong with it is said of the one that was meant."""


class ToldOutcome(Answer):
    """What became of one that was told."""

    id: str
    """32 hex digits, the same for the same outcome."""
    standing: str
    """stored; known: it was told before; conflict: its id stands for another outcome, and it is not kept"""
    joined: bool
    """Whether its request is there; it is joined when it comes."""


class ToldAnswer(Answer):
    """What became of a message: received = stored + known + conflicts."""

    received: int
    """Outcomes in it."""
    stored: int
    """New ones."""
    known: int
    """Told before."""
    conflicts: int
    """Not kept: their id stands for another outcome."""
    outcomes: tuple[ToldOutcome, ...]
    """Each, in the order told."""


class OutcomeRow(Group):
    """One name of an outcome, in one group of requests."""

    name: str
    """What came of them."""
    requests: int
    """Requests of the group that ended in the window."""
    outcome_requests: int
    """Of these, the ones it came of at least once."""
    outcomes: int
    """How often it came."""
    late_outcomes: int
    """Of these, told more than an hour after their request had ended."""
    value: Amount
    """Sum of their values."""
    outcome_ratio: float | None
    """outcome_requests / requests"""
    outcome_ratio_low: float | None
    """Lower end of its 95 % interval (Wilson)."""
    outcome_ratio_high: float | None
    """Upper end."""
    cost_usd: Usd | None
    """Of all requests of the group; null when none has a price."""
    unpriced_requests: int
    """Requests of the group that could not be priced, or only in part: above 0 costs are lower bounds."""
    cost_per_outcome_usd: Usd | None
    """cost_usd / outcomes: what one cost, failed tries included; null without one."""
    cost_per_outcome_low_usd: Usd | None
    """The same at the upper end of the ratio."""
    cost_per_outcome_high_usd: Usd | None
    """The same at the lower end of the ratio."""
    cost_per_value_usd: Usd | None
    """cost_usd / value; null where the sum of values is not above 0."""
    p50_ms: float | None
    """Duration of the requests it came of, nearest rank."""
    p95_ms: float | None
    """The same, p95."""


class OutcomePage(Answer):
    """What came of the requests of a window."""

    start: Instant
    """The window used, start included: requests count when they ended."""
    until: Instant
    """The window used, until excluded."""
    by: tuple[str, ...]
    """The dimensions of the groups."""
    waiting: int
    """Outcomes that happened in the window and whose request is not there (yet)."""
    rows: tuple[OutcomeRow, ...]
    """By time where asked for, then the most first."""
    next: str | None
    """Pass it as cursor for the page after this one; null at the end."""
