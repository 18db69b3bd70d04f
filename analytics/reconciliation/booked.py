"""What was booked for a seller's bills before, cell by cell and cause by cause."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from analytics.reconciliation.bill import LineKind
from analytics.reconciliation.causes import OF_KIND, Cause
from analytics.reconciliation.cells import CellKey, Grain
from collector.store import Store, queries_of

_QUERIES = queries_of("analytics.reconciliation")
_KIND = {cause: kind for kind, cause in OF_KIND.items()}
_GRAINS = {
    (True, True): Grain.METER,
    (True, False): Grain.MODEL,
    (False, True): Grain.CLASS,
    (False, False): Grain.PROJECT_DAY,
}
"""(names a model, names a usage class)"""


@dataclass(frozen=True, slots=True)
class Booked:
    """Adjustments of a seller for some days."""

    by_cell: Mapping[CellKey, Mapping[Cause, Decimal]]
    rows: int
    usd: Decimal


def booked_before(store: Store, issuer: str, start: date, until: date) -> Booked:
    """Read the adjustments of a seller whose usage lies in these UTC days."""
    params = {"issuer": issuer, "start": start, "until": until}
    by_cell: dict[CellKey, dict[Cause, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    found = store.run(_QUERIES["adjusted"], params).to_pylist()
    for row in found:
        cause = Cause(row["reason_code"])
        by_cell[_key(cause, row)][cause] += row["cost_usd"]
    return Booked(by_cell, sum(row["rows"] for row in found), sum((row["cost_usd"] for row in found), Decimal(0)))


def _key(cause: Cause, row: Mapping[str, Any]) -> CellKey:
    model, usage_class = row["model"], row["usage_class"]
    return CellKey(
        kind=_KIND.get(cause, LineKind.USAGE),
        grain=_GRAINS[model is not None, usage_class is not None],
        project=row["project"],
        day=row["day"],
        model=model,
        usage_class=usage_class,
    )
