"""Context bands: the cliff prices of a list as disjoint bands of total prompt tokens.

>>> bands({None: Decimal("1.25"), 200_000: Decimal("2.5")})
(Band(above=None, until=200000, price=Decimal('1.25')), Band(above=200000, until=None, price=Decimal('2.5')))
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple


class Band(NamedTuple):
    """A price for requests with above < total prompt tokens <= until; None is open."""

    above: int | None
    until: int | None
    price: Decimal


def bands(prices: Mapping[int | None, Decimal]) -> tuple[Band, ...]:
    """Disjoint bands from the price above each threshold; None is the price without a threshold.

    No price without a threshold: no bands, because below the first threshold nothing is known.
    """
    if None not in prices:
        return ()
    thresholds = sorted(above for above in prices if above is not None)
    starts: list[int | None] = [None, *thresholds]
    ends: list[int | None] = [*thresholds, None]
    return tuple(Band(start, end, prices[start]) for start, end in zip(starts, ends, strict=True))


def cut_at(found: tuple[Band, ...], threshold: int) -> tuple[Band, ...]:
    """Return what the bands say up to a threshold, and nothing above it.

    >>> cut_at(bands({None: Decimal(1)}), 200_000)
    (Band(above=None, until=200000, price=Decimal('1')),)
    """
    kept = (band for band in found if band.above is None or band.above < threshold)
    return tuple(band._replace(until=threshold if band.until is None else min(band.until, threshold)) for band in kept)
