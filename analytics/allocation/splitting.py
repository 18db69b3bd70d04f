"""Splitting an amount so that the shares sum to it, to the last digit: the largest remainder.

Every share is first cut down to whole units of the last place. The units that are left go, one each, to the largest
remainders; equal remainders go by name, so that the order of the members decides nothing.

>>> shares = split_exactly(Decimal("0.10"), {"c": 1, "a": 1, "b": 1}, places=2)
>>> {name: str(amount) for name, amount in shares.items()}
{'c': '0.03', 'a': '0.04', 'b': '0.03'}
"""

from collections.abc import Hashable, Mapping
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import TypeVar

USD_PLACES = 15
"""Decimal places of money in the ledger."""
RATIO_PLACES = 15
"""Decimal places of an allocated ratio."""

K = TypeVar("K", bound=Hashable)
Weight = int | Decimal


class NothingToSplitBy(ValueError):
    """No member has a weight above zero."""


def split_exactly(amount: Decimal, weights: Mapping[K, Weight], places: int = USD_PLACES) -> dict[K, Decimal]:
    """Shares by weight in units of ``10 ** -places``; a negative amount gives negative shares.

    Raises ValueError for an amount with more places or a weight below zero, :class:`NothingToSplitBy` when no weight
    is above zero.
    """
    units = in_units(amount, places)
    whole = _whole_numbers(weights)
    total = sum(whole.values())
    if not total:
        raise NothingToSplitBy("no member has a weight above zero; expected one at least")
    shares = {member: divmod(abs(units) * weight, total) for member, weight in whole.items()}
    left = abs(units) - sum(share for share, _ in shares.values())
    by_remainder = sorted(shares, key=lambda member: (-shares[member][1], in_order(member)))
    extra = frozenset(by_remainder[:left])
    sign = -1 if units < 0 else 1
    return {member: from_units(sign * (share + (member in extra)), places) for member, (share, _) in shares.items()}


def ratios(weights: Mapping[K, Weight]) -> dict[K, Decimal]:
    """The same split of one: ratios that sum to exactly 1."""
    return split_exactly(Decimal(1), weights, RATIO_PLACES)


def in_units(amount: Decimal, places: int) -> int:
    """An amount as a whole number of units; raises ValueError when it is finer than one unit."""
    units = Fraction(amount) * 10**places
    if units.denominator != 1:
        raise ValueError(f"the amount is {amount}; expected at most {places} decimal places")
    return int(units.numerator)


def from_units(units: int, places: int) -> Decimal:
    """A whole number of units as an amount, whatever its length.

    >>> from_units(-123, 2)
    Decimal('-1.23')
    """
    return Decimal((int(units < 0), tuple(map(int, str(abs(units)))), -places))


def rounded(exact: Fraction, places: int = USD_PLACES) -> Decimal:
    """The nearest amount of these places, half to even.

    >>> rounded(Fraction(1, 3), 4), rounded(Fraction(25, 1000), 2)
    (Decimal('0.3333'), Decimal('0.02'))
    """
    return from_units(round(exact * 10**places), places)


def quotient(numerator: Decimal, denominator: Decimal | None) -> Decimal | None:
    """A ratio to 15 places; None where there is nothing to divide by."""
    return rounded(Fraction(numerator) / Fraction(denominator)) if denominator else None


def in_order(member: object) -> tuple[object, ...]:
    """A sort key for names, tuples of names, and absent names, which come last."""
    if isinstance(member, tuple):
        return tuple(in_order(part) for part in member)
    return (member is None, "" if member is None else str(member))


def _whole_numbers(weights: Mapping[K, Weight]) -> dict[K, int]:
    fractions = {member: Fraction(weight) for member, weight in weights.items()}
    for member, weight in fractions.items():
        if weight < 0:
            raise ValueError(f"the weight of {member!r} is {weights[member]}; expected 0 or more")
    scale = lcm(*(weight.denominator for weight in fractions.values()))
    return {member: int(weight * scale) for member, weight in fractions.items()}
