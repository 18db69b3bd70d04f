"""The shapes of answers about requests, exactly as JSON shows them.

They describe themselves in ``/openapi.json``: the text under a field is its description there. What nobody reported
and what has no price is null, never zero.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict

from analytics.notation import Instant, Usd


class Answer(BaseModel):
    """The root of every answer."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


class Usage(Answer):
    """What the calls of a request used, as the GenAI conventions count it."""

    status: str
    """reported, partial, missing or estimated; of a span also zero_suspect or none"""
    input_tokens: int | None
    """Includes cached and cache-written tokens."""
    output_tokens: int | None
    """Includes reasoning."""
    cache_read_tokens: int | None
    """Of the input: read from the provider's cache."""
    cache_write_tokens: int | None
    """Of the input: written to the provider's cache."""
    reasoning_tokens: int | None
    """Of the output: reasoning."""


class CostSummary(Answer):
    """What a request cost."""

    usd: Usd | None
    """Exact; null when nothing was priced."""
    status: str
    """priced, partial, unpriced or none (nothing billable)"""


class LedgerLine(Answer):
    """One span x one usage class."""

    span_id: str
    """16 hex digits."""
    provider: str | None
    """As rated; null when unknown."""
    model: str | None
    """As rated; null when unknown."""
    usage_class: str
    """The disjoint kind of billed quantity."""
    quantity: str
    """In the unit of the usage class."""
    unit_price_usd: Usd | None
    """For one unit; null when unpriced."""
    cost_usd: Usd | None
    """quantity x unit price, exactly; null when unpriced."""
    price_id: str | None
    """The entry of the price book; null when unpriced."""
    status: str
    """priced, unpriced, or amortised: its cost is a share of a resource's"""
    reason: str | None
    """More about an unpriced line."""
    list_unit_price_usd: Usd | None
    """The public price of one unit; null where no list knows it."""
    list_cost_usd: Usd | None
    """quantity x public price, exactly."""
    list_price_id: str | None
    """The entry of the price list."""
    seller: str | None
    """Who sells what was used, as the price book says; null when unpriced."""
    confidence: str | None
    """How far the date of the price can be trusted: contract, vendor_dated, first_seen, before_seen or undated."""
    purpose: str
    """What the usage was for: answer, retry, fallback, failed_attempt, embedding, rerank, judge, guardrail ..."""
    failed: bool
    """Whether the span ended in an error."""
    run_id: int
    """The run of prices and rules that rated it."""


class ResourceShare(Answer):
    """What a request takes of a resource that is paid by the hour."""

    resource: str
    """Name of the resource in the configuration."""
    share_usd: Usd
    """Its part of the days it used the resource on, to 1e-15; beside the cost, never in it."""
    provisional: bool
    """The day is not over: who else uses the resource makes it smaller, time that is paid larger."""


class RequestOutcome(Answer):
    """Something that came of a request, as it was told (`POST /v1/outcomes`)."""

    id: str
    """32 hex digits, the same for the same outcome."""
    name: str
    """What it is, such as ticket_solved."""
    value: Usd
    """How much of it, as a decimal string."""
    at: Instant
    """When it happened."""
    recorded_at: Instant
    """When it was told."""


class Cost(CostSummary):
    """What a request cost, and the lines that add up to it."""

    lines: tuple[LedgerLine, ...]
    """Sorted by the start of their span."""
    shares: tuple[ResourceShare, ...]
    """Of own machines and other infrastructure."""


class RequestSummary(Answer):
    """One request: one answer to one user action, the root of a trace and everything under it."""

    trace_id: str
    """32 hex digits."""
    started_at: Instant
    """When its first span started."""
    duration_ms: float
    """From its start to its end."""
    status: str
    """ok or error"""
    name: str
    """The name of its entry span."""
    error_type: str | None
    """What went wrong, where it said so."""
    finish_reason: str | None
    """How the call that gave the answer ended: stop, length, tool_call, content_filter, refusal, error, other, or
    unknown for a word that is in no table; null where nobody said."""
    tenant: str | None
    """Null: unallocated."""
    team: str | None
    """Null: unallocated."""
    feature: str | None
    """Null: unallocated."""
    route: str | None
    """Null: unallocated."""
    tier: str | None
    """The tier that served it; null when nobody said."""
    degraded: bool
    """Served below the tier it would have had."""
    environment: str | None
    """deployment.environment.name"""
    cost_center: str | None
    """Null: unallocated."""
    project: str | None
    """The provider's project or workspace."""
    user_id: str | None
    """As sent, or its pseudonym when ids are redacted."""
    service: str | None
    """service.name of its entry span."""
    complete: bool
    """Whether its entry span has arrived."""
    span_count: int
    """Spans so far."""
    call_count: int
    """Model calls so far."""
    usage: Usage
    """Summed over its calls."""
    cost: CostSummary
    """Summed over its ledger lines."""


class Span(Answer):
    """One span of a request."""

    span_id: str
    """16 hex digits."""
    parent_span_id: str | None
    """16 hex digits; null at the root. The parent itself may not have arrived."""
    name: str
    """As sent."""
    kind: str
    """router, cache, retriever, model, embedding, tool, guardrail ..."""
    started_at: Instant
    """As its clock said."""
    duration_ms: float
    """From start to end."""
    status: str
    """ok or error"""
    status_message: str | None
    """As sent."""
    error_type: str | None
    """What went wrong, where it said so."""
    suspect: str | None
    """ends_before_start or in_the_future: kept, and said."""
    service: str | None
    """service.name"""
    provider: str | None
    """Of a call."""
    model: str | None
    """Of a call: the model that answered, else the one that was asked."""
    ttft_ms: float | None
    """Of a streamed call: time to the first chunk."""
    finish_reason: str | None
    """Of a call: how it ended, in the words of a request's."""
    finish_reasons: str | None
    """Of a call: the same as its provider says, one word for each answer, with commas between."""
    usage: Usage | None
    """Of a call."""
    attributes: dict[str, Any]
    """As sent."""
    attributes_status: str
    """kept, expired (dropped by retention) or unreadable (the stored request is damaged)"""
    resource: dict[str, Any]
    """Attributes of the resource, as sent."""
    events: tuple[dict[str, Any], ...]
    """name, occurred_at and attributes of each event, as sent."""


class Request(RequestSummary):
    """One request, whole."""

    cost: Cost
    """The sum and its ledger lines."""
    outcomes: tuple[RequestOutcome, ...]
    """What came of it, as far as it was told; in order of time."""
    spans: tuple[Span, ...]
    """In the order they started."""


class RequestPage(Answer):
    """Requests in the order asked for."""

    start: Instant
    """The window used, start included."""
    until: Instant
    """The window used, until excluded."""
    requests: tuple[RequestSummary, ...]
    """Sorted by (started_at, trace_id), (cost, trace_id) or (duration_ms, trace_id), the largest first."""
    next: str | None
    """Pass it as cursor for the page after this one; null at the end."""
