"""A statement: the figures of one cost centre in the words and the whole cents that its page shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from analytics.focus.meters import METERS
from analytics.focus.period import PeriodInfo
from analytics.focus.services import service_of
from analytics.focus.settings import Chargeback, CostCenter
from analytics.ledger.charge import Entry
from analytics.statements.cents import apportioned
from analytics.statements.sums import Row, cost_of, exact_sum
from collector.dialects.usage_classes import UsageClass

NOT_SAID = "not said"
ENTRIES: Mapping[Entry, str] = {
    Entry.USAGE: "Usage of this month",
    Entry.SHARED: "Shared costs",
    Entry.UNUSED: "Paid and not used",
    Entry.REVERSAL: "Corrections: taken back from earlier months",
    Entry.RESTATEMENT: "Corrections: stated again for earlier months",
    Entry.ADJUSTMENT: "Adjustments to the provider's bill",
    Entry.ROUNDING: "Rounding to whole cents",
}
"""The lines of the total, in their order."""
_USAGE_TABLES = {
    "teams": ("Usage by team", ("Team",)),
    "features": ("Usage by feature", ("Feature",)),
    "models": ("Usage by model", ("Model", "Service")),
    "classes": ("Usage by kind", ("Kind", "Quantity")),
}


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the page: text cells, then one amount a line; the amounts sum to ``total``."""

    title: str
    header: tuple[str, ...]
    lines: tuple[tuple[tuple[str, ...], Decimal], ...]
    total: Decimal


@dataclass(frozen=True, slots=True)
class Unpriced:
    """Usage of one model and class that has no price."""

    model: str
    kind: str
    quantity: str
    reason: str


@dataclass(frozen=True, slots=True)
class Statement:
    """Everything a page says."""

    center: CostCenter
    number: str
    period: PeriodInfo
    total: Decimal
    exact_total: Decimal
    list_total: Decimal
    charges: int
    composition: Table
    usage: tuple[Table, ...]
    days: tuple[tuple[date, Decimal], ...]
    """Whole cents of every day of the month."""
    corrections: Table | None
    shared: Table | None
    adjustments: Table | None
    unpriced: tuple[Unpriced, ...]


def statement_of(
    name: str, parts: Mapping[str, list[Row]], total: Decimal, period: PeriodInfo, terms: Chargeback
) -> Statement:
    """Make the statement of a cost centre whose total is shown as ``total``."""
    composition = _composition(parts["entries"], total)
    shown = {
        row["entry"]: amount for row, (_, amount) in zip(_ordered(parts["entries"]), composition.lines, strict=True)
    }
    used = shown.get(Entry.USAGE, Decimal(0))
    return Statement(
        center=terms.booked(name),
        number=f"{period.month}/{name}",
        period=period,
        total=total,
        exact_total=cost_of(parts["entries"]),
        list_total=exact_sum(row["list_cost_usd"] for row in parts["entries"]),
        charges=sum(row["charges"] for row in parts["entries"]),
        composition=composition,
        usage=tuple(_usage_table(key, parts[key], used, terms) for key in _USAGE_TABLES if parts[key]),
        days=_days(parts["days"], used, period),
        corrections=_corrections(parts["corrections"], shown),
        shared=_shared(parts["shared"], shown),
        adjustments=_adjustments(parts["adjustments"], shown),
        unpriced=tuple(_unpriced(row) for row in parts["unpriced"]),
    )


def _composition(rows: list[Row], total: Decimal) -> Table:
    ordered = _ordered(rows)
    texts = [(ENTRIES[Entry(row["entry"])],) for row in ordered]
    return _table("What the total is made of", ("What",), texts, ordered, total)


def _ordered(rows: list[Row]) -> list[Row]:
    order = list(ENTRIES)
    return sorted(rows, key=lambda row: order.index(Entry(row["entry"])))


def _usage_table(key: str, rows: list[Row], total: Decimal, terms: Chargeback) -> Table:
    title, header = _USAGE_TABLES[key]
    ordered = sorted(rows, key=lambda row: -(row["cost_usd"] or 0))
    return _table(title, header, [_usage_words(key, row, terms) for row in ordered], ordered, total)


def _usage_words(key: str, row: Row, terms: Chargeback) -> tuple[str, ...]:
    if key == "models":
        own = " (its cost is in the shared costs)" if row["status"] == "amortised" else ""
        return ((row["model"] or NOT_SAID) + own, service_of(row["seller"], terms.company).name)
    if key == "classes":
        return _kind(row["usage_class"], row["quantity"])
    return (row[key.removesuffix("s")] or NOT_SAID,)


def _corrections(rows: list[Row], shown: Mapping[str, Decimal]) -> Table | None:
    words = {"reversal": "taken back", "restatement": "stated again"}
    texts = [(f"{row['corrects_start']:%Y-%m}", words[row["entry"]]) for row in rows]
    return _by_entry("Corrections of earlier months", ("Month", "What"), texts, rows, shown)


def _shared(rows: list[Row], shown: Mapping[str, Decimal]) -> Table | None:
    words = {"shared": "share", "unused": "not used, answered for"}
    texts = [(row["shared_cost"] or NOT_SAID, rule(row["method"]), words[row["entry"]]) for row in rows]
    return _by_entry("Shared costs", ("Cost", "Rule", "What"), texts, rows, shown)


def _adjustments(rows: list[Row], shown: Mapping[str, Decimal]) -> Table | None:
    if not rows:
        return None
    texts = [(row["description"] or NOT_SAID, row["reason_code"] or NOT_SAID) for row in rows]
    return _table("Adjustments", ("What", "Why"), texts, rows, shown[Entry.ADJUSTMENT])


def _by_entry(
    title: str, header: tuple[str, ...], texts: Sequence[tuple[str, ...]], rows: list[Row], shown: Mapping[str, Decimal]
) -> Table | None:
    """A table of several entries, whose lines add up to what the total shows for each of them."""
    if not rows:
        return None
    entries = sorted({row["entry"] for row in rows})
    amounts = dict[int, Decimal]()
    for entry in entries:
        places = [place for place, row in enumerate(rows) if row["entry"] == entry]
        exact = [rows[place]["cost_usd"] or Decimal(0) for place in places]
        amounts |= dict(zip(places, apportioned(exact, shown[entry]), strict=True))
    lines = tuple((text, amounts[place]) for place, text in enumerate(texts))
    total = sum((shown[entry] for entry in entries), Decimal(0))
    return Table(title, header, lines, total)


def _table(
    title: str, header: tuple[str, ...], texts: Sequence[tuple[str, ...]], rows: list[Row], total: Decimal
) -> Table:
    exact = [row["cost_usd"] or Decimal(0) for row in rows]
    return Table(title, header, tuple(zip(texts, apportioned(exact, total), strict=True)), total)


def _days(rows: list[Row], total: Decimal, period: PeriodInfo) -> tuple[tuple[date, Decimal], ...]:
    used = {row["starts_at"].date(): row["cost_usd"] or Decimal(0) for row in rows}
    days = [period.start + timedelta(days=n) for n in range((period.until - period.start).days)]
    return tuple(zip(days, apportioned([used.get(day, Decimal(0)) for day in days], total), strict=True))


def _unpriced(row: Row) -> Unpriced:
    kind, quantity = _kind(row["usage_class"], row["quantity"])
    return Unpriced(row["model"] or NOT_SAID, kind, quantity, (row["reason"] or NOT_SAID).replace("_", " "))


def _kind(usage_class: str | None, quantity: Any) -> tuple[str, str]:  # noqa: ANN401 - an int or a Decimal of no places
    if usage_class is None:
        return NOT_SAID, NOT_SAID
    meter = METERS[UsageClass(usage_class)]
    return meter.name, NOT_SAID if quantity is None else f"{int(quantity):,} {meter.consumed_unit.lower()}"


def rule(method: str | None) -> str:
    """The rule of a split in words.

    >>> rule("usage/cost_usd/team"), rule("even/team"), rule("fixed/cost_center"), rule("hourly")
    ('by usage (cost usd), among teams', 'evenly, among teams', 'by fixed shares, among cost centers', 'hourly')
    """
    words = (method or NOT_SAID).replace("_", " ").split("/")
    opening = {"usage": "by usage", "even": "evenly", "fixed": "by fixed shares"}
    if words[0] not in opening:
        return " / ".join(words)
    measure = f" ({words[1]})" if len(words) > 2 else ""  # noqa: PLR2004 - how, by what, among whom
    return f"{opening[words[0]]}{measure}, among {words[-1]}s"
