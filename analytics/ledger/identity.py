r"""The name of a charge: a hash of what it is about, never of its amount.

sha256 of the key's values between tabs, each written as PostgreSQL's COPY writes it in its text format, of which the
first 128 bits are kept: one hash function for ids, digests and manifests, the same in SQL (``queries/charges.sql``), in
Python and in a shell.

>>> field_text(None), field_text("two\tcells"), field_text(Decimal("0.5")), field_text(date(2026, 10, 1))
('\\N', 'two\\tcells', '0.5', '2026-10-01')
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256

from analytics.ledger.charge import CHARGES

_SAYS_NOTHING_NEW = frozenset({"charge_id", "quantity", "list_cost_usd", "cost_usd", "lines", "share", "description"})
KEY = tuple(name for name in CHARGES.names if name not in _SAYS_NOTHING_NEW)
"""The columns that tell one charge from another: amounts, shares and words about them are left out."""
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n"})


def charge_id(charge: Mapping[str, object]) -> str:
    """Return the id of a charge from its key columns; a column that is not there is null."""
    text = "\t".join(field_text(charge.get(name)) for name in KEY)
    return sha256(text.encode()).hexdigest()[:32]


def field_text(value: object) -> str:
    """Write one value as the store's macro ``field_text`` does."""
    match value:
        case None:
            return "\\N"
        case datetime() | date():
            return str(value)
        case Decimal():
            return format(value, "f")
        case _:
            return str(value).translate(_ESCAPES)
