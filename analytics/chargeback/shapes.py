"""The shapes of answers about billing months, exactly as JSON shows them."""

from datetime import date

from analytics.ledger.manifest import Manifest
from analytics.notation import Instant, Usd
from analytics.request_shapes import Answer


class Closed(Answer):
    """A month that was signed off."""

    period: str
    """2026-10, in UTC."""
    closed_at: Instant
    """When."""
    closed_by: str
    """Who signed it off."""
    note: str | None
    """What they said."""
    sha256: str
    """Of the manifest; the next month's manifest names it."""
    manifest: Manifest
    """What was booked."""


class Fault(Answer):
    """One place where the books are not what was signed."""

    fault: str
    """manifest, chain, lines, line, charges, charge or sums"""
    where: str
    """The month, day, line or charge."""
    expected: str
    """What was signed."""
    found: str
    """What is there."""


class Verified(Answer):
    """What verifying a closed month has shown."""

    period: str
    """2026-10, in UTC."""
    sha256: str
    """Of the manifest that was signed."""
    sound: bool
    """Whether the books are what was signed."""
    faults: tuple[Fault, ...]
    """Where they are not."""


class ChargeRow(Answer):
    """One charge; its id is a hash of everything but the amounts."""

    charge_id: str
    """32 hex digits."""
    starts_at: Instant
    """UTC day of the usage, included."""
    entry: str
    """usage, reversal, restatement, shared, unused, adjustment or rounding"""
    corrects: str | None
    """The closed month it is about, 2026-10."""
    seller: str | None
    """Who sells it."""
    model: str | None
    """The priced model, else as reported."""
    usage_class: str | None
    """The disjoint kind of billed quantity."""
    service_tier: str | None
    """Of the price."""
    status: str
    """priced, unpriced or amortised"""
    tenant: str | None
    """Null: unallocated; so for the words below."""
    team: str | None
    """Whom it is for."""
    feature: str | None
    """Whom it is for."""
    route: str | None
    """Whom it is for."""
    tier: str | None
    """The tier that served it."""
    environment: str | None
    """Where it ran."""
    cost_center: str | None
    """Who pays."""
    project: str | None
    """The provider's project."""
    purpose: str | None
    """What the usage was for."""
    quantity: str | None
    """Units of the usage class."""
    unit_price_usd: Usd | None
    """Paid for one unit."""
    list_cost_usd: Usd | None
    """At list prices."""
    cost_usd: Usd | None
    """At contracted prices; null when unpriced or amortised."""
    price_id: str | None
    """The price it was rated by."""
    lines: int
    """Ledger lines in it."""
    description: str | None
    """Where a charge without lines comes from."""


class ChargePage(Answer):
    """Charges of a month in the order of their ids."""

    period: str
    """2026-10, in UTC."""
    charges: tuple[ChargeRow, ...]
    """By id."""
    next: str | None
    """Pass it as cursor for the page after this one; null at the end."""


class ChargeLine(Answer):
    """One ledger line behind a charge."""

    trace_id: str
    """32 hex digits: GET /v1/requests/{trace_id}."""
    span_id: str
    """16 hex digits."""
    started_at: Instant
    """When its span started."""
    purpose: str
    """What the usage was for."""
    failed: bool
    """Whether the span ended in an error."""
    run_id: int
    """The run of prices and rules that rated it."""
    quantity: str
    """Units; negative in a reversal."""
    price_id: str | None
    """The price it was rated by."""
    unit_price_usd: Usd | None
    """Paid for one unit."""
    list_cost_usd: Usd | None
    """At list prices."""
    cost_usd: Usd | None
    """At contracted prices."""


class ChargeDetail(ChargeRow):
    """One charge and the ledger lines behind it."""

    ledger_lines: tuple[ChargeLine, ...]
    """The first thousand, by trace and span."""


class Reconciled(Answer):
    """What was booked because a bill said otherwise."""

    period: str
    """The open month that takes it."""
    charges: int
    """Adjustments of this reconciliation."""
    booked_now: int
    """Of these, booked by this request; the others were there before."""
    usd: Usd
    """Their sum."""


class ImportedBill(Answer):
    """A provider's bill that was imported."""

    import_id: str
    """Hash of what its files hold: the same bill again is the same import."""
    kind: str
    """openai_costs, anthropic_cost, focus or cur"""
    start: date
    """First day it tells of."""
    until: date
    """Day after the last."""
    issuers: tuple[str, ...]
    """Who wants the money."""
    lines: int
    """Lines kept."""
    total_usd: Usd
    """Their sum."""
    repaired: int
    """Amounts that carried the noise of a binary fraction."""
    left_out: int
    """Rows that are not about models."""
    new: bool
    """Whether it was unknown before."""
    notes: tuple[str, ...]
    """What a bill of this form does not hold."""
