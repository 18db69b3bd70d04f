"""What ledger lines are rated by: rows of the table ``rates``, named by their content.

A rate says what telemetry reported, the terms of the price that was found for it, and both unit prices. Its key is a
hash of all of that, so the same terms are one row whoever finds them, in this run of prices or another.
"""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pyarrow as pa

from collector.normalise.hashing import tuple_key

UNIT_PRICE = pa.decimal128(19, 15)
_PLACES = Decimal("1e-15")
Rate = Mapping[str, Any]
RATES = pa.schema(
    [
        ("rate_id", pa.uint64()),
        ("provider", pa.string()),
        ("request_model", pa.string()),
        ("response_model", pa.string()),
        ("model", pa.string()),
        ("service_tier", pa.string()),
        ("region", pa.string()),
        ("usage_class", pa.string()),
        ("price_id", pa.string()),
        ("unit_price_usd", UNIT_PRICE),
        ("list_price_id", pa.string()),
        ("list_unit_price_usd", UNIT_PRICE),
        ("seller", pa.string()),
        ("priced_model", pa.string()),
        ("priced_tier", pa.string()),
        ("priced_region", pa.string()),
        ("context_above", pa.int64()),
        ("context_until", pa.int64()),
        ("confidence", pa.string()),
        ("status", pa.string()),
        ("reason", pa.string()),
    ]
)
_NAMES = tuple(name for name in RATES.names if name != "rate_id")


class RateStatus(StrEnum):
    """Whether a line has a unit price."""

    PRICED = "priced"
    UNPRICED = "unpriced"
    """The reason says why."""
    AMORTISED = "amortised"
    """Its cost is a share of a resource's, which has no unit price."""


def rate(**terms: object) -> Rate:
    """Return one row with its key; terms that are not said are null.

    >>> one = rate(usage_class="output", status="priced", unit_price_usd=Decimal("0.1"))
    >>> same = rate(status="priced", usage_class="output", unit_price_usd=Decimal("0.100"))
    >>> one["rate_id"] == same["rate_id"] != rate(usage_class="output", status="unpriced")["rate_id"]
    True
    """
    row = {name: _exact(terms.get(name)) for name in _NAMES}
    words = tuple(None if value is None else str(value) for value in row.values())
    return {"rate_id": tuple_key(words)} | row


def _exact(value: object) -> object:
    """All prices with the same places: 0.1 and 0.100 are one price."""
    return value.quantize(_PLACES) if isinstance(value, Decimal) else value
