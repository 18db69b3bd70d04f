"""Vendor dates: the instants vendors published for changes that a list only noticed.

A line of `vendor_dates.csv` says: the change this list has on that day was made by the vendor at that instant. An
import moves the change there and marks it `vendor_dated`. A line for a change that the list does not have is reported.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from analytics.prices.left_out import LeftOut, Reason
from analytics.prices.price import Confidence, Price
from analytics.prices.windows import instant_of

COLUMNS = ("provider", "model", "seen_on", "effective_from", "source")


class VendorDate(NamedTuple):
    """One change: where and when a list has it, when the vendor made it, and who says so."""

    provider: str
    model: str
    seen_on: datetime
    effective_from: datetime
    source: str


def read_vendor_dates(path: Path) -> tuple[VendorDate, ...]:
    """Return the dates of a file; lines that begin with # are notes."""
    if not path.is_file():
        return ()
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    return tuple(
        VendorDate(provider, model, instant_of(seen_on), instant_of(start), source)
        for provider, model, seen_on, start, source in csv.reader(lines[1:])
    )


def redated(prices: Iterable[Price], dates: Sequence[VendorDate]) -> tuple[list[Price], list[LeftOut]]:
    """Return prices with the vendor's instants, and the dates for which there was no change."""
    by_model: dict[tuple[str, str], dict[datetime, datetime]] = {}
    for date in dates:
        by_model.setdefault((date.provider, date.model), {})[date.seen_on] = date.effective_from
    given = list(prices)
    found = [_redated(price, by_model.get((price.provider, price.model), {})) for price in given]
    seen = {(price.provider, price.model, price.effective_from) for price in given}
    stale = [date for date in dates if date[:3] not in seen]
    named = [LeftOut(Reason.STALE_VENDOR_DATE, "vendor_dates.csv", f"{one.provider}/{one.model}") for one in stale]
    return found, named


def _redated(price: Price, moved: Mapping[datetime, datetime]) -> Price:
    start, until = price.effective_from, price.effective_until
    own = start is not None and start in moved and price.confidence is Confidence.FIRST_SEEN
    return replace(
        price,
        effective_from=start if start is None else moved.get(start, start),
        effective_until=until if until is None else moved.get(until, until),
        confidence=Confidence.VENDOR_DATED if own else price.confidence,
    )
