"""The difference of two books: SKUs whose prices were added, removed, changed, or retired, with old and new figures."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from analytics.prices.price import Discount, Price, Stated
from analytics.prices.price_file import row_of
from analytics.prices.snapshot import Snapshot
from analytics.prices.windows import words


class Change(StrEnum):
    """What became of a SKU."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    RETIRED = "retired"  # the source no longer lists the model; its prices stay


@dataclass(frozen=True, slots=True)
class Difference:
    """One SKU of one part of a book: its prices before and after, without those that stayed."""

    change: Change
    part: str
    sku: str
    before: tuple[Stated, ...]
    after: tuple[Stated, ...]

    @property
    def text(self) -> str:
        """The difference as a person reads it."""
        lines = [f"{self.change} {self.part}: {self.sku}"]
        lines += [f"  - {_figure(row)} {words(row.when)}" for row in self.before]
        lines += [f"  + {_figure(row)} {words(row.when)}" for row in self.after]
        return "\n".join(lines)

    @property
    def document(self) -> dict[str, object]:
        """The difference as plain data."""
        sides = {"before": self.before, "after": self.after}
        told = {
            name: [{"figure": _figure(row), "when": words(row.when)} for row in rows] for name, rows in sides.items()
        }
        return {"change": str(self.change), "part": self.part, "sku": self.sku, **told}


def differences(before: Snapshot, after: Snapshot) -> Iterator[Difference]:
    """Return what differs between two books, part by part, SKU by SKU."""
    for part in sorted({*before.prices, *after.prices}):
        old = set(before.prices[part].lines) if part in before.prices else set()
        new = set(after.prices[part].lines) if part in after.prices else set()
        gone, come, stayed = _by_sku(old - new), _by_sku(new - old), _by_sku(old & new)
        for sku in sorted({*gone, *come}):
            rows = (gone.get(sku, ()), come.get(sku, ()))
            yield Difference(_change(*rows, known=sku in stayed), part, sku, *rows)


def rule_changes(before: Snapshot, after: Snapshot) -> Mapping[str, tuple[int, int]]:
    """Return how many rules (names, aliases, factors) are gone and come, by part, where any are."""
    found = {}
    for part in sorted({*before.rules, *after.rules}):
        old = set(before.rules[part].lines) if part in before.rules else set()
        new = set(after.rules[part].lines) if part in after.rules else set()
        if old != new:
            found[part] = (len(old - new), len(new - old))
    return found


def _change(gone: tuple[Stated, ...], come: tuple[Stated, ...], *, known: bool) -> Change:
    if not known and not gone:
        return Change.ADDED
    if not known and not come:
        return Change.REMOVED
    marked = any(isinstance(row, Price) and row.last_seen_on for row in come)
    if marked and set(map(_listed, gone)) == set(map(_listed, come)):
        return Change.RETIRED
    return Change.CHANGED


def _by_sku(lines: Iterable[str]) -> dict[str, tuple[Stated, ...]]:
    result: dict[str, tuple[Stated, ...]] = {}
    for row in sorted((row_of(line, "", date.min) for line in lines), key=_order):
        result[_sku(row)] = (*result.get(_sku(row), ()), row)
    return result


def _order(row: Stated) -> tuple[str, int, int, int, str]:
    when = row.when
    start = "" if when.effective_from is None else when.effective_from.isoformat()
    return (start, when.weekdays or 0, when.tod_start_s or 0, when.context_above or 0, _figure(row))


def _sku(row: Stated) -> str:
    place = f"@{row.region}" if row.region else ""
    tier = row.tier.label if isinstance(row, Price) else " ".join(w for w in (row.service_tier, row.processing) if w)
    return f"{row.provider}/{row.model}{place}/{row.usage_class or 'all'}/{tier or 'any'}"


def _listed(row: Stated) -> Stated:
    return replace(row, last_seen_on=None) if isinstance(row, Price) else row


def _figure(row: Stated) -> str:
    return f"{row.ratio:f} off the list" if isinstance(row, Discount) else f"{row.unit_price_usd:f} USD"
