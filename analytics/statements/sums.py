"""What statements need of a month of charges, summed exactly while batches stream through.

``PARTS`` is the one table of it: which charges, summed by what. Every part is kept by cost centre.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Context, Decimal, localcontext
from types import MappingProxyType
from typing import Any

import polars as pl

from analytics.focus.settings import UNALLOCATED

CENTER = "center"
_EXACT = Context(prec=60)
"""Costs have 38 digits; the default of 28 would round them."""
_USAGE = pl.col("entry") == "usage"
_PRICED = pl.col("status") != "unpriced"
_CORRECTION = pl.col("entry").is_in(["reversal", "restatement"])
_SPLIT = pl.col("entry").is_in(["shared", "unused"])
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """One table of a statement before it is one: which charges, by what."""

    among: pl.Expr
    keys: tuple[str, ...]


PARTS: Mapping[str, Part] = MappingProxyType(
    {
        "entries": Part(_PRICED, ("entry",)),
        "days": Part(_USAGE & _PRICED, ("starts_at",)),
        "models": Part(_USAGE & _PRICED, ("model", "seller", "status")),
        "teams": Part(_USAGE & _PRICED, ("team",)),
        "features": Part(_USAGE & _PRICED, ("feature",)),
        "classes": Part(_USAGE & _PRICED, ("usage_class",)),
        "corrections": Part(_CORRECTION & _PRICED, ("corrects_start", "entry")),
        "shared": Part(_SPLIT & _PRICED, ("shared_cost", "method", "entry")),
        "adjustments": Part((pl.col("entry") == "adjustment") & _PRICED, ("description", "reason_code")),
        "unpriced": Part(~_PRICED, ("model", "usage_class", "reason")),
    }
)
_SUMS = (
    pl.col("cost_usd").sum(),
    pl.col("list_cost_usd").sum(),
    pl.col("quantity").sum(),
    pl.col("lines").sum(),
    pl.col("charges").sum(),
)


@dataclass(slots=True)
class Sums:
    """The parts of every cost centre."""

    _parts: dict[str, list[pl.DataFrame]] = field(default_factory=lambda: {name: [] for name in PARTS})

    def add(self, batch: pl.DataFrame) -> None:
        """Count a batch of charges."""
        center = pl.coalesce("cost_center", pl.lit(UNALLOCATED)).alias(CENTER)
        counted = batch.with_columns(
            center, charges=pl.lit(1, pl.Int64), list_cost_usd=pl.coalesce("list_cost_usd", "cost_usd")
        )
        for name, part in PARTS.items():
            found = counted.filter(part.among).group_by(CENTER, *part.keys).agg(*_SUMS)
            if len(found):
                self._parts[name].append(found)

    def by_center(self) -> dict[str, dict[str, list[Row]]]:
        """For each cost centre its parts, each with its rows in their order."""
        found: dict[str, dict[str, list[Row]]] = {}
        for name, part in PARTS.items():
            for row in self._rows(name, part):
                tables = found.setdefault(row.pop(CENTER), {each: [] for each in PARTS})
                tables[name].append(row)
        return dict(sorted(found.items()))

    def _rows(self, name: str, part: Part) -> list[Row]:
        if not self._parts[name]:
            return []
        keys = (CENTER, *part.keys)
        return pl.concat(self._parts[name]).group_by(keys).agg(*_SUMS).sort(keys, nulls_last=True).to_dicts()


def cost_of(rows: Iterable[Row]) -> Decimal:
    """Exact cost of some rows."""
    return exact_sum(row["cost_usd"] for row in rows)


def exact_sum(amounts: Iterable[Decimal | None]) -> Decimal:
    """Sum without rounding; what has no amount (amortised usage) counts nothing."""
    with localcontext(_EXACT):
        return sum((amount for amount in amounts if amount is not None), Decimal(0))
