"""Exact amounts: how a figure of a price list becomes a unit price that fits DECIMAL(19,15).

Lists carry two kinds of long figures. Float noise is repaired: a binary double holds 15 significant
decimal digits, so a figure with more of them was computed in floats, and its first 15 digits, rounded,
are the figure that was meant. A figure which then still has more than 15 decimals is a repeating
fraction; it cannot be stored exactly and is left out rather than rounded.

>>> unit_price(Decimal("0.000015000020000000002"))
Decimal('0.00001500002')
>>> unit_price(Decimal("1.0399999999999998"), per_exponent=6)
Decimal('0.00000104')
>>> unit_price(Decimal("0.0833333333333333"), per_exponent=6) is None
True
"""

import re
from decimal import Context, Decimal, Inexact, InvalidOperation

SIGNIFICANT_DIGITS = 15
DECIMALS = 15
_INTEGER_DIGITS = 4  # DECIMAL(19,15)
_FIRST_DIGITS = Context(prec=SIGNIFICANT_DIGITS)
_WHOLE = Context(prec=80, traps=[Inexact, InvalidOperation])  # 19 digits times 19 digits, and room


_FIGURE = re.compile(r"[0-9]{1,40}(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,2})?")


def figure(text: str) -> Decimal | None:
    """Read a figure as people and machines write one; None for a sign, a separator, or digits of another script.

    >>> figure("0.60"), figure("6E-7"), figure("1_000"), figure("1,000"), figure("-1"), figure("NaN")
    (Decimal('0.60'), Decimal('6E-7'), None, None, None, None)
    """
    return Decimal(text) if _FIGURE.fullmatch(text.strip()) else None


def unit_price(figure: Decimal, per_exponent: int = 0) -> Decimal | None:
    """Price of a single unit from a figure quoted per 10**per_exponent units; None when it does not fit exactly."""
    meant = _FIRST_DIGITS.plus(figure)
    return exact(meant.scaleb(-per_exponent))


def exact(price: Decimal) -> Decimal | None:
    """Return the same number without trailing zeros if it fits DECIMAL(19,15) and is not negative, else None.

    >>> exact(Decimal("0.00200")), exact(Decimal("1E-16")), exact(Decimal("-1"))
    (Decimal('0.002'), None, None)
    >>> exact(Decimal("0.1000000000000000000000000000000000001")) is None
    True
    """
    if not price.is_finite() or price < 0 or price >= 10**_INTEGER_DIGITS:
        return None
    plain = Decimal(format(price.normalize(_WHOLE), "f"))
    exponent = plain.as_tuple().exponent
    return plain if isinstance(exponent, int) and -exponent <= DECIMALS else None


def quoted(figure: Decimal, per_exponent: int) -> Decimal | None:
    """Return the price of a single unit, to the last digit of a figure quoted per 10**per_exponent units.

    >>> quoted(Decimal("0.6"), 6), quoted(Decimal("0.6000000000000000000000000000000001"), 6)
    (Decimal('6E-7'), None)
    """
    try:
        return exact(_WHOLE.scaleb(figure, -per_exponent))
    except (Inexact, InvalidOperation):  # more digits than any price has
        return None


def product(price: Decimal, factor: Decimal) -> Decimal:
    """Return a price times a factor with every digit, however many there are.

    >>> product(Decimal("9999.999999999999999"), Decimal("0.999999999999999"))
    Decimal('9999.999999999989999000000000000001')
    """
    return _WHOLE.multiply(price, factor)
