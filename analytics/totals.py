"""Totals since the store was created, for counters that survive a restart."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from collector.store import Store, queries_of

_QUERIES = queries_of("analytics")


@dataclass(frozen=True, slots=True)
class RequestTotals:
    """Everything counted about the requests of one tenant on one route; None means unallocated."""

    tenant: str | None
    route: str | None
    requests: int
    errors: int
    unpriced_requests: int
    cost_usd: Decimal


def request_totals(store: Store) -> tuple[RequestTotals, ...]:
    """Read the totals of every tenant and route."""
    return tuple(RequestTotals(**row) for row in store.run(_QUERIES["request_totals"]).to_pylist())


def stored_rows(store: Store) -> Mapping[str, int]:
    """Count the rows of each table that grows with traffic."""
    return {row["stored"]: row["stored_rows"] for row in store.run(_QUERIES["request_rows"]).to_pylist()}
