"""How the text of one value must look. Each function answers with what would do, or None where nothing is wrong.

Numbers are left to ``NUMBER`` and ``EXPONENT``, which the rows are matched with in bulk.
"""

import re
from datetime import UTC, datetime

from analytics.focus.columns import currencies

NUMBER = r"^-?[0-9]+(\.[0-9]+)?([eE]-?[0-9]{1,3})?$"
"""The specification allows ``1.5E-7``, and no plus; more than three digits of exponent are no amount of anything."""
EXPONENT = r"[eE]"
FORMULA = r"^[=+\-@\t\r]"
"""What begins like this, a spreadsheet executes."""
PLACEHOLDERS = (
    *("NULL", "Null", "null", "None", "none", "NONE", "nil", "NaN", "nan", "N/A", "n/a", "NA"),
    *("Not Applicable", "not applicable", "Unknown", "unknown", "undefined", "-", "--", "?"),
)
"""Words that people and programs write for a value that is absent."""
FOCUS_SKU_DETAILS = frozenset(
    {
        "CoreCount",
        "DiskMaxIops",
        "DiskSpace",
        "DiskType",
        "GpuCount",
        "InstanceSeries",
        "InstanceType",
        "MemorySize",
        "NetworkMaxIops",
        "NetworkMaxThroughput",
        "OperatingSystem",
        "Redundancy",
        "StorageClass",
    }
)
"""Keys of SkuPriceDetails that the specification itself defines."""

_SIZES = frozenset(
    {"b", "B"} | {f"{scale}{unit}" for scale in "KMGTPE" for unit in ("b", "B", "ib", "iB")}
)  # the same in singular and plural
_TIMES = ("Year", "Month", "Day", "Hour", "Minute", "Second", "Millisecond", "Microsecond")
_COUNTS = ("Count", "Unit", "Request", "Token", "Connection", "Certificate", "Domain", "Core")
_SINGULARS = {f"{word}s": word for word in (*_TIMES, *_COUNTS)}
_LISTED = {word.lower(): word for word in (*_SINGULARS, *_SINGULARS.values())}
_BASE = r"(?:[A-Z][A-Za-z]*(?: [A-Z][A-Za-z]*)*|b)"
_UNIT = re.compile(rf"(?:[1-9][0-9]* )?(?P<over>{_BASE}(?:-{_BASE})?)(?:/(?:[1-9][0-9]* )?(?P<under>{_BASE}))?")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_UNIT_EXAMPLES = "such as `Tokens`, `1000000 Tokens`, `GB-Hours`, `GB/Hour`"


def is_number(value: str | None) -> bool:
    """Whether a text is a number of the form that the specification asks for.

    >>> is_number("-0.5"), is_number("+1"), is_number("1,000"), is_number("1E-7")
    (True, False, False, True)
    """
    return value is not None and re.search(NUMBER, value) is not None


def instant(value: str) -> str | None:
    """An instant in UTC that exists.

    >>> instant("2026-10-04T00:00:00Z") is None
    True
    >>> instant("2026-10-04 00:00:00"), instant("2026-02-30T00:00:00Z")
    ('an instant in UTC, such as 2026-10-04T00:00:00Z', 'an instant in UTC, such as 2026-10-04T00:00:00Z')
    """
    expected = "an instant in UTC, such as 2026-10-04T00:00:00Z"
    if not _INSTANT.fullmatch(value):
        return expected
    try:
        datetime.strptime(value, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return expected
    return None


def unit_form(value: str) -> str | None:
    """A unit of the three shapes: simple, compound, ratio.

    >>> [unit_form(unit) for unit in ("Tokens", "1000000 Tokens", "GB-Hours", "GB/Hour", "Units/3 Months")]
    [None, None, None, None, None]
    >>> unit_form("1,000 Tokens")
    'a unit, such as `Tokens`, `1000000 Tokens`, `GB-Hours`, `GB/Hour`'
    """
    # A listed word in the wrong case is a matter of its spelling.
    spelt = re.sub(r"[A-Za-z]+", lambda word: _cased(word[0]), value)
    return None if _UNIT.fullmatch(spelt) else f"a unit, {_UNIT_EXAMPLES}"


def unit_spelling(value: str) -> str | None:
    """Words that are listed stand as listed, in the plural where nothing follows them.

    >>> unit_spelling("tokens"), unit_spelling("1000 Token"), unit_spelling("TBs"), unit_spelling("Requests")
    ('`Tokens`', '`1000 Tokens`', '`TB`', None)
    """
    cased = re.sub(r"[A-Za-z]+", lambda word: _cased(word[0]), value)
    over, slash, under = cased.partition("/")
    plurals = {singular: plural for plural, singular in _SINGULARS.items()}
    spelt = re.sub(r"[A-Za-z]+$", lambda word: plurals.get(word[0], word[0]), over) + slash + under
    return None if spelt == value else f"`{spelt}`"


def currency(value: str) -> str | None:
    """A current national currency.

    >>> currency("USD"), currency("usd")
    (None, 'a current code of ISO 4217, such as USD')
    """
    return None if value in currencies() else "a current code of ISO 4217, such as USD"


def currency_or_credits(value: str) -> str | None:
    """Three capitals are a national currency; any other word is the name of a virtual one.

    >>> currency_or_credits("Credits"), currency_or_credits("ZZZ")
    (None, 'a current code of ISO 4217, such as USD')
    """
    return currency(value) if re.fullmatch(r"[A-Z]{3}", value) else None


def _cased(word: str) -> str:
    if word.endswith("s") and word[:-1] in _SIZES:
        return word[:-1]
    return _LISTED.get(word.lower(), word)
