"""The shape of ``/v1/prices/rows/{price_id}``, exactly as JSON shows it."""

from datetime import date

from analytics.notation import Instant, Usd
from analytics.request_shapes import Answer


class RatedBy(Answer):
    """One kind of call that was rated by the price, as telemetry told it."""

    provider: str | None
    """As reported."""
    request_model: str | None
    """As asked for."""
    response_model: str | None
    """As it answered."""
    model: str | None
    """The reported name that found the price."""
    service_tier: str | None
    """As reported; null is standard."""
    region: str | None
    """As reported."""
    usage_class: str
    """What was counted."""
    paid: bool
    """True: this is what is paid; false: it is the public price beside a contract."""


class PriceRow(Answer):
    """One price of the book."""

    price_id: str
    """Its name, the same after every import of the same source."""
    provider: str
    """Who sells it."""
    model: str
    """What it is for."""
    usage_class: str
    """The disjoint kind of billed quantity."""
    unit_price_usd: Usd
    """For one unit; exactly as it stands in the source."""
    service_tier: str | None
    """Of the price."""
    processing: str | None
    """realtime or batch"""
    region: str | None
    """Null: anywhere."""
    context_above: int | None
    """Holds for prompts longer than this; null: no bound."""
    context_until: int | None
    """And for those up to this."""
    conditions: str
    """Dates, days, hours and prompt sizes in words, or `always`."""
    effective_from: Instant | None
    """Since when it holds; null: nobody says."""
    effective_until: Instant | None
    """Until when, excluded; null: open."""
    source: str
    """Where it comes from, with its version."""
    source_ref: str
    """The entry within the source."""
    imported_on: date | None
    """The day the source was taken over; null: nobody says."""
    confidence: str
    """How far its date can be trusted: contract, vendor_dated, first_seen, before_seen or undated."""
    last_seen_on: date | None
    """The last import whose source still listed it; null: it does."""
    edition_id: str
    """The edition of the price book it is read from."""
    recorded_at: Instant
    """When this house first had that edition."""
    current: bool
    """Whether the newest edition still has it."""
    rated: tuple[RatedBy, ...]
    """Calls that were rated by it, at most 200."""
