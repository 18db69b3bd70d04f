"""Totals since the store was created, for counters that survive a restart, and what scrapes ask besides."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import pyarrow as pa

from analytics.periods import Period, period_of
from analytics.slo.burn import nanoseconds
from collector.store import Store, queries_of

_QUERIES = queries_of("analytics")


@dataclass(frozen=True, slots=True)
class PeriodCost:
    """What the ledger's lines of one tenant cost so far; None is nobody named."""

    tenant: str | None
    day_usd: Decimal
    month_usd: Decimal
    day_unpriced_lines: int
    month_unpriced_lines: int


def totals(store: Store) -> pa.Table:
    """Every series of ``metric_totals`` (``analytics/derive/counted.py`` has the families), as the query says.

    A scrape reads tens of thousands of them; it works by column and makes no object of any.
    """
    return store.run(_QUERIES["metric_totals"]).combine_chunks()


def period_costs(store: Store, at: datetime) -> tuple[PeriodCost, ...]:
    """Costs of the UTC day and month that hold an instant."""
    starts = {f"{period}_ns": nanoseconds(period_of(period, at)[0]) for period in (Period.DAY, Period.MONTH)}
    return tuple(PeriodCost(**row) for row in store.run(_QUERIES["period_costs"], starts).to_pylist())


def last_ingested_ns(store: Store) -> int | None:
    """When spans were last stored, in unix nanoseconds; None: never."""
    received: int | None = store.run(_QUERIES["last_ingested"])["received_ns"][0].as_py()
    return received


def stored_rows(store: Store) -> Mapping[str, int]:
    """Count the rows of each table that grows with traffic."""
    return {row["stored"]: row["stored_rows"] for row in store.run(_QUERIES["request_rows"]).to_pylist()}
