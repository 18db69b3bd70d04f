"""Shares of a cost as charges: what the ledger books beside usage."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pyarrow as pa

from analytics.allocation.splitting import ratios, split_exactly
from analytics.ledger.charge import ATTRIBUTION, CHARGES, Entry
from analytics.ledger.identity import charge_id
from analytics.notation import NS_PER_S, usd_text

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Words = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Origin:
    """The cost that is split: all its shares sum to ``amount_usd``, and their ratios to 1."""

    name: str
    issuer: str
    period: date
    """First day of the billing month."""
    start_ns: int
    until_ns: int
    """The stretch it was paid for, half-open."""
    amount_usd: Decimal
    method: str
    """How it was split, for instance usage/cost_usd/team."""
    unit: str
    """What the weights count."""
    description: str


@dataclass(frozen=True, slots=True)
class Part:
    """One member of a split."""

    words: tuple[str | None, ...]
    """In the order of ATTRIBUTION."""
    weight: Decimal
    entry: Entry = Entry.SHARED
    note: str = ""
    """What the description adds, for instance who answers for it."""


@dataclass(frozen=True, slots=True)
class Share:
    """What one member pays, and why."""

    origin: Origin
    part: Part
    cost_usd: Decimal
    ratio: Decimal
    words: Words = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", dict(zip(ATTRIBUTION, self.part.words, strict=True)))


def shares_of(origin: Origin, parts: Iterable[Part]) -> tuple[Share, ...]:
    """Split an origin by the weights of its parts; members without weight get no share."""
    by_key = {(part.entry, *part.words): part for part in parts if part.weight > 0}
    weights = {key: part.weight for key, part in by_key.items()}
    amounts, of_one = split_exactly(origin.amount_usd, weights), ratios(weights)
    return tuple(Share(origin, part, amounts[key], of_one[key]) for key, part in by_key.items())


def charge_table(shares: Iterable[Share]) -> pa.Table:
    """The shares as charges, ordered by their id."""
    rows = sorted((_row(share) for share in shares), key=lambda row: str(row["charge_id"]))
    return pa.Table.from_pylist(rows, schema=CHARGES)


def _row(share: Share) -> dict[str, object]:
    origin, part = share.origin, share.part
    key: dict[str, object] = {
        "period_start": origin.period,
        "starts_at": _at(origin.start_ns),
        "ends_at": _at(origin.until_ns),
        "entry": str(part.entry),
        "seller": origin.issuer,
        "status": "priced",
        **share.words,
        "shared_cost": origin.name,
        "method": origin.method,
    }
    said = {
        "AllocatedRatio": usd_text(share.ratio),
        "UsageUnit": origin.unit,
        "UsageQuantity": usd_text(part.weight),
    }
    return {
        "charge_id": charge_id(key),
        **key,
        "list_cost_usd": share.cost_usd,
        "cost_usd": share.cost_usd,
        "lines": 0,
        "share": json.dumps(said, separators=(",", ":")),
        "description": origin.description + (f"; {part.note}" if part.note else ""),
    }


def _at(ns: int) -> datetime:
    return (_EPOCH + timedelta(seconds=ns // NS_PER_S)).replace(tzinfo=None)
