"""How money and instants are written for people and machines, in one place.

Money is a decimal string without an exponent and without zeros nobody needs; instants are RFC 3339 in UTC with ``Z``
and microseconds, held as nanoseconds since 1970.

>>> usd_text(Decimal("0.001230000000000"))
'0.00123'
>>> instant_text(instant_ns("2026-11-21T09:00:00.25+01:00"))
'2026-11-21T08:00:00.250000Z'
"""

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import Field, PlainSerializer

NS_PER_MS = 1_000_000
NS_PER_S = 1_000_000_000
NS_PER_MINUTE = 60 * NS_PER_S
NS_PER_HOUR = 60 * NS_PER_MINUTE
NS_PER_DAY = 24 * NS_PER_HOUR
LAST_NS = 106_751 * NS_PER_DAY
"""2262-04-11T00:00:00Z, the last day 64 bits of nanoseconds can name."""

_RFC3339 = re.compile(r"(\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2})(?:\.(\d{1,9})\d*)?([Zz]|[+-]\d{2}:\d{2})")


def usd_text(amount: Decimal) -> str:
    """Write an amount exactly, without exponent or trailing zeros.

    >>> usd_text(Decimal("1E+3")), usd_text(Decimal("0.000000000000000"))
    ('1000', '0')
    """
    text = format(amount, "f")
    shortened = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if shortened in {"-0", ""} else shortened


def instant_text(instant_at_ns: int) -> str:
    """Write nanoseconds since 1970 as RFC 3339 in UTC."""
    seconds, rest_ns = divmod(instant_at_ns, NS_PER_S)
    moment = datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest_ns // 1_000, tzinfo=None)
    return f"{moment.isoformat(timespec='microseconds')}Z"


def instant_ns(text: str) -> int:
    """Read RFC 3339 with ``Z`` or an offset as nanoseconds since 1970; raises ValueError saying what would do."""
    match = _RFC3339.fullmatch(text.strip())
    if match is None:
        raise ValueError("write an RFC 3339 instant such as 2026-11-21T08:00:00Z (a + in a URL is written %2B)")
    clock, fraction, offset = match.groups()
    try:
        moment = datetime.fromisoformat(clock.upper().replace(" ", "T") + offset.upper().replace("Z", "+00:00"))
    except ValueError as error:
        raise ValueError(f"no such instant ({error}): write one such as 2026-11-21T08:00:00Z") from error
    whole_s = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // _SECOND
    found_ns = whole_s * NS_PER_S + int((fraction or "0").ljust(9, "0"))
    if not 0 <= found_ns <= LAST_NS:
        raise ValueError("write an instant between 1970-01-01T00:00:00Z and 2262-04-11T00:00:00Z")
    return found_ns


_SECOND = datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)

Usd = Annotated[Decimal, PlainSerializer(usd_text, return_type=str)]
"""A field that holds a Decimal and is a decimal string in JSON."""

Instant = Annotated[
    int, PlainSerializer(instant_text, return_type=str), Field(json_schema_extra={"format": "date-time"})
]
"""A field that holds nanoseconds since 1970 and is RFC 3339 in JSON."""
