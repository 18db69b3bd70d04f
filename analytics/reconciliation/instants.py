"""Instants of bills, in UTC, within the years whose nanoseconds the ledger can count."""

from datetime import UTC, datetime

_YEARS = range(1970, 2262)


def in_utc(moment: datetime) -> datetime:
    """The same instant in UTC, a moment without a zone taken for one; ValueError outside 1970 to 2261.

    >>> in_utc(datetime.fromisoformat("2026-10-01T02:00:00+02:00")).isoformat()
    '2026-10-01T00:00:00+00:00'
    """
    if moment.year not in _YEARS:
        raise ValueError(f"{moment} lies outside the years {_YEARS[0]} to {_YEARS[-1]}")
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
