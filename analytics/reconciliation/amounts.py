"""Amounts as bills write them, to exact US dollars with 15 decimals.

Two rules, each counted where it was applied, so that nothing is repaired in silence:

1. A JSON number or a binary column of 16 or 17 significant digits is what a binary fraction prints when the sum behind
   it was made in floating point. Such a fraction carries 15 decimal digits; the rest is noise. It is rounded half-even
   to 15 significant digits. Numbers of up to 15 digits, and of more than 17, are no such print and stay as they are.
2. What is finer than 15 decimals is rounded half-even to 15.

>>> read_amount("0.060000000000000005", binary=True)
Amount(value=Decimal('0.06'), repaired=True)
>>> read_amount("0.060000000000000005", binary=False).value
Decimal('0.060000000000000')
>>> read_amount("123.4567890123456789", binary=True).repaired  # 19 digits: rule 1 leaves it, rule 2 cuts the last
True
"""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal

PLACES = Decimal("1e-15")
_WIDE = Context(prec=60, rounding=ROUND_HALF_EVEN)
_FAITHFUL_DIGITS = 15
_BINARY_DIGITS = range(16, 18)
_LARGEST_EXPONENT = 20
_NUMBER = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,60})?([eE][+-]?[0-9]{1,5})?")


@dataclass(frozen=True, slots=True)
class Amount:
    """An exact number, and whether one of the two rules changed it."""

    value: Decimal
    repaired: bool


def read_amount(text: str, *, binary: bool) -> Amount | None:
    """Read a number; ``binary`` says that it may be the print of a binary fraction. None when it is no number.

    >>> read_amount("1,234.50", binary=False) is None, read_amount("0E-6176", binary=True).value
    (True, Decimal('0'))
    """
    if _NUMBER.fullmatch(text) is None:
        return None
    told = Decimal(text)
    if not told:
        return Amount(Decimal(0), repaired=False)
    if told.adjusted() > _LARGEST_EXPONENT:
        return None
    value = _without_noise(told) if binary else told
    if _exponent(value) < -_FAITHFUL_DIGITS:
        value = value.quantize(PLACES, context=_WIDE)
    return Amount(value, repaired=value != told)


def _without_noise(told: Decimal) -> Decimal:
    digits = len("".join(map(str, told.as_tuple().digits)).strip("0"))
    if digits not in _BINARY_DIGITS:
        return told
    rounded = Context(prec=_FAITHFUL_DIGITS, rounding=ROUND_HALF_EVEN).plus(told)
    return Decimal(format(rounded.normalize(), "f"))


def _exponent(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0
