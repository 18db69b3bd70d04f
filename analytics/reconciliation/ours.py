"""Our side: what the ledger holds of a seller, by project, UTC day, model and rate."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pyarrow as pa

from analytics.reconciliation.cells import OurUsage
from analytics.reconciliation.imports import ToldDay, nanoseconds
from analytics.reconciliation.issuers import issuer_named
from analytics.reconciliation.models import Names
from collector.store import Store, queries_of

_QUERIES = queries_of("analytics.reconciliation")


@dataclass(frozen=True, slots=True)
class SellerRate:
    """A rate of the seller, with the names of its model."""

    rate_id: int
    names: Names
    usage_class: str
    unit_price_usd: Decimal | None
    reason: str | None


def seller_rates(store: Store, issuer: str) -> Mapping[int, SellerRate]:
    """The rates whose usage the seller bills; one without a price is the seller's by its reported provider."""
    found = store.run(_QUERIES["our_rates"]).to_pylist()
    return {
        row["rate_id"]: SellerRate(
            rate_id=row["rate_id"],
            names=(row["response_model"], row["request_model"], row["model"], row["priced_model"]),
            usage_class=row["usage_class"],
            unit_price_usd=row["unit_price_usd"],
            reason=row["reason"],
        )
        for row in found
        if issuer_named(row["seller"] or row["provider"] or "") == issuer
    }


def our_usage(
    store: Store,
    days: tuple[date, date],
    rates: Mapping[int, SellerRate],
    models: Mapping[Names, str | None],
    told: Sequence[ToldDay],
) -> tuple[OurUsage, ...]:
    """The ledger's usage of these rates in a range of UTC days, its models under the names shared with the bill."""
    params = window(*days)
    late = _late(store, params, rates, told)
    rows = _rows(store, "our_usage", params, {"wanted": _wanted(rates)})
    return tuple(_usage(row, rates[row["rate_id"]], models, late) for row in rows)


def window(start: date, until: date) -> dict[str, object]:
    """A range of UTC days as parameters of a query."""
    edges = (("start_ns", start), ("until_ns", until))
    return {name: nanoseconds(datetime.combine(day, time(), UTC)) for name, day in edges}


_Place = tuple[str | None, date, int]


def _late(
    store: Store, params: dict[str, object], rates: Mapping[int, SellerRate], told: Sequence[ToldDay]
) -> Mapping[_Place, Decimal]:
    days = pa.table(
        {
            "day": pa.array([day.day for day in told], pa.date32()),
            "imported_at_ns": pa.array([nanoseconds(day.imported_at) for day in told], pa.int64()),
        }
    )
    rows = _rows(store, "our_late_usage", params, {"wanted": _wanted(rates), "told": days})
    return {(row["project"], row["day"], row["rate_id"]): row["cost_usd"] or Decimal(0) for row in rows}


def _usage(
    row: dict[str, Any], rate: SellerRate, models: Mapping[Names, str | None], late: Mapping[_Place, Decimal]
) -> OurUsage:
    place = (row["project"], row["day"], rate.rate_id)
    return OurUsage(
        project=row["project"],
        day=row["day"],
        model=models[rate.names],
        usage_class=rate.usage_class,
        rate_id=rate.rate_id,
        quantity=row["quantity"],
        cost_usd=row["cost_usd"],
        unit_price_usd=rate.unit_price_usd,
        lines=row["lines"],
        late_usd=late.get(place, Decimal(0)),
        reason=rate.reason,
    )


def _wanted(rates: Mapping[int, SellerRate]) -> pa.Table:
    return pa.table({"rate_id": pa.array(list(rates), pa.uint64())})


def _rows(
    store: Store, name: str, params: dict[str, object], tables: Mapping[str, pa.Table]
) -> Iterator[dict[str, Any]]:
    for batch in store.stream(_QUERIES[name], params, tables=tables):
        yield from batch.to_pylist()
