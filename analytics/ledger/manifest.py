"""The manifest of a closed month: what was booked, by what, and the hash of the month closed before.

It is kept as canonical json (keys sorted, no spaces, money and quantities as decimal text). The sha256 of those bytes
is what is signed off, and the next month's manifest names it: no closed month can be exchanged without all later ones.
"""

import json
from hashlib import sha256

from analytics.notation import Usd
from analytics.request_shapes import Answer

FORMAT = 1
"""Of the manifest and of the canonical texts under its digests."""
UNPRICED_NAMED = 100
"""Kinds of unpriced usage a manifest names; model names come from outside, so their number has a limit."""


class Amounts(Answer):
    """Sums over charges."""

    charges: int
    """Charges."""
    lines: int
    """Ledger lines in them."""
    quantity: str | None
    """Units of all usage classes together; null when no charge has any."""
    list_cost_usd: Usd | None
    """At list prices; null when no charge has one."""
    cost_usd: Usd | None
    """At contracted prices, what is paid; null when no charge has one."""


class EntryAmounts(Amounts):
    """Sums of one kind of charge."""

    entry: str
    """usage, reversal, restatement, shared, unused, adjustment or rounding"""
    corrects: str | None
    """The month a reversal or restatement is about, 2026-10."""


class InvoiceAmounts(Amounts):
    """Sums of one invoice; the cost is whole cents."""

    seller: str | None
    """Who sells it; null where no price says."""


class CostCenterAmounts(Amounts):
    """Sums of one cost centre; the cost is whole cents."""

    cost_center: str | None
    """Who pays; null is unallocated."""


class UnpricedUsage(Answer):
    """One kind of usage that has no price."""

    provider: str | None
    """As telemetry reported it."""
    model: str | None
    """As telemetry reported it."""
    usage_class: str | None
    """The disjoint kind of billed quantity."""
    reason: str | None
    """Why there is no price."""
    lines: int
    """Ledger lines."""
    quantity: str
    """Units."""


class Unpriced(Answer):
    """Usage and restatements that were booked without a price, and stand in no invoice."""

    lines: int
    """Ledger lines."""
    quantity: str
    """Units of all usage classes together: tokens, as a rule."""
    kinds: tuple[UnpricedUsage, ...]
    """The largest ones, a hundred at most."""


class Digest(Answer):
    """What the sha256 of booked rows says."""

    rows: int
    """Rows it covers."""
    sha256: str
    """Of their canonical text; for lines, of the digests of the days."""


class LineDigests(Digest):
    """Digests of booked lines."""

    days: dict[str, str]
    """By UTC day of the usage."""


class RatedBy(Answer):
    """One run of prices and rules by which booked lines were rated."""

    run_id: int
    """The run."""
    edition_id: str | None
    """The price book, as it was recorded."""
    rules_id: str | None
    """The attribution rules, as they were recorded."""


class Previous(Answer):
    """The month closed before this one."""

    period: str
    """2026-09"""
    sha256: str
    """Of its manifest."""


class Manifest(Answer):
    """What was booked in a month."""

    format: int = FORMAT
    """Of the manifest and of the texts under its digests."""
    period: str
    """2026-10, in UTC."""
    closed_at: str
    """RFC 3339."""
    closed_by: str
    """Who signed it off."""
    note: str | None
    """What they said."""
    program_version: str
    """The Burnline that closed it."""
    lines: LineDigests
    """The booked lines."""
    charges: Digest
    """The booked charges."""
    total: Amounts
    """Of everything."""
    by_entry: tuple[EntryAmounts, ...]
    """By kind of charge."""
    by_seller: tuple[InvoiceAmounts, ...]
    """By invoice."""
    by_cost_center: tuple[CostCenterAmounts, ...]
    """By who pays."""
    unpriced: Unpriced
    """What has no price."""
    rated_by: tuple[RatedBy, ...]
    """Price books and rules."""
    rounding: dict[str, str]
    """Mode, unit, what is rounded and how the cents are split."""
    words: dict[str, object] | None = None
    """What the month's files are written with, as configured when it was closed; null: none were kept."""
    previous: Previous | None
    """Null for the first closed month."""


def canonical(manifest: Manifest) -> str:
    """Return the text that is stored and hashed."""
    return json.dumps(manifest.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def text_sha256(text: str) -> str:
    """Return the sha256 of a text in UTF-8."""
    return sha256(text.encode()).hexdigest()


def read_manifest(text: str) -> Manifest:
    """Return a stored manifest."""
    return Manifest.model_validate_json(text)
