"""Totals since the store was created, for counters that survive a restart, and what scrapes ask besides."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from analytics.periods import Period, period_of
from analytics.slo.burn import nanoseconds
from collector.store import Store, queries_of

_QUERIES = queries_of("analytics")


class Series(NamedTuple):
    """One series of ``metric_totals`` (``analytics/derive/counted.py`` has the families); '' is no such word.

    A scrape makes tens of thousands of them, a frozen dataclass takes five times as long.
    """

    family: str
    tenant: str
    route: str
    status: str
    stage: str
    provider: str
    request_model: str
    model: str
    purpose: str
    usage_class: str
    token_type: str
    measure: str
    error_type: str
    bound: float
    """Of a histogram, the bucket's upper bound, in milliseconds or tokens, or a figure."""
    added: float
    taken_back: float
    amount_added: float
    """What was counted, summed: nanoseconds, tokens, quantities or USD, rounded to a float."""
    amount_taken_back: float
    since_seq: int
    """The batch with which it began."""


@dataclass(frozen=True, slots=True)
class PeriodCost:
    """What the ledger's lines of one tenant cost so far; None is nobody named."""

    tenant: str | None
    day_usd: Decimal
    month_usd: Decimal
    day_unpriced_lines: int
    month_unpriced_lines: int


def totals(store: Store) -> list[Series]:
    """Every series."""
    found = store.run(_QUERIES["metric_totals"])
    columns = [column.to_numpy().tolist() for column in found.columns]  # half the time of to_pydict
    return list(map(Series._make, zip(*columns, strict=True)))


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
