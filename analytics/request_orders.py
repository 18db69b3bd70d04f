"""How a list of requests is sorted, and how its cursor names the row a page ends with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from analytics.notation import LAST_NS


@dataclass(frozen=True, slots=True)
class Order:
    """How a list is sorted, the largest first: which query does it, and how a cursor writes and reads the key."""

    query: str
    column: str
    read: Callable[[int | str], int | Decimal | None]
    """The key out of a cursor; None when it is none of this order."""

    def key(self, row: Mapping[str, Any]) -> tuple[int | str, str]:
        """Write the key of a row for a cursor."""
        found = row[self.column]
        return (found if isinstance(found, int) else str(found), row["trace_id"])


def _nanoseconds(word: int | str) -> int | None:
    return word if isinstance(word, int) and 0 <= word < LAST_NS else None


def _dollars(word: int | str) -> Decimal | None:
    try:
        found = Decimal(word) if isinstance(word, str) else None
    except InvalidOperation:
        return None
    return found if found is not None and found.is_finite() and found < _DEAREST_USD else None


_DEAREST_USD = Decimal(10) ** 23
"""What fits the column."""
ORDERS: Mapping[str, Order] = {
    "time": Order("request_page", "started_at_ns", _nanoseconds),
    "cost": Order("request_page_by_cost", "cost_usd", _dollars),
    "duration": Order("request_page_by_duration", "duration_ns", _nanoseconds),
}
