"""Candidate prices of ledger lines under another book: one row per booked rate and price that could replace it.

A rate keeps what telemetry reported, so what a line would cost is found from the ledger alone: one look-up per distinct
call, and one join for all lines.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from analytics.derive.rates import RATES, Rate
from analytics.derive.tariffs import PRICES, Call, tariff
from analytics.prices import PriceBook
from analytics.runs.policy import Policy
from analytics.runs.table import QUERIES
from collector.store import Store

_CANDIDATES = pa.schema([("old_rate_id", pa.uint64()), *(entry for entry in PRICES if entry.name != "key")])
Window = tuple[int, int]
"""Starts of spans, unix nanoseconds, half-open."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """What the lines of a window can be rated by."""

    prices: pa.Table
    """Conditions and unit prices by ``old_rate_id``."""
    rates: pa.Table
    """The rates they lead to, shaped like the table ``rates``."""


def candidates(store: Store, book: PriceBook, policy: Policy, window: Window) -> Candidates:
    """Look up every call of a window in a book, each once."""
    booked = store.run(QUERIES["reprice_calls"], {"start_ns": window[0], "until_ns": window[1]}).to_pylist()
    by_class: dict[Call, dict[str, list[Mapping[str, Any]]]] = {}
    rates: dict[int, Rate] = {}
    rows: list[dict[str, Any]] = []
    for rate in booked:
        call = Call(*(rate[name] for name in Call._fields))
        if call not in by_class:
            found = tariff(book, call, policy.served(call))
            by_class[call] = _by_class(found.prices)
            rates |= {row["rate_id"]: row for row in found.rates}
        rows += ({"old_rate_id": rate["rate_id"], **price} for price in by_class[call].get(rate["usage_class"], ()))
    named = [dict(row) for row in rates.values()]
    return Candidates(pa.Table.from_pylist(rows, schema=_CANDIDATES), pa.Table.from_pylist(named, schema=RATES))


def _by_class(prices: tuple[Mapping[str, Any], ...]) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for price in prices:
        found.setdefault(price["usage_class"], []).append(price)
    return found
