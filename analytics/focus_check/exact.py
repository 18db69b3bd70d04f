"""Sums and products of decimals that never round, however many digits there are."""

from collections.abc import Iterable
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal

_EXACT = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)


def total(numbers: Iterable[Decimal]) -> Decimal:
    """The sum to the last digit.

    >>> total([Decimal("1E+30"), Decimal("1E-30")])
    Decimal('1000000000000000000000000000000.000000000000000000000000000001')
    """
    found = Decimal(0)
    for number in numbers:
        found = _EXACT.add(found, number)
    return found


def product(one: Decimal, other: Decimal) -> Decimal:
    """The product to the last digit.

    >>> product(Decimal("0.000000000000001"), Decimal("123456789012345678901234567890"))
    Decimal('123456789012345.678901234567890')
    """
    return _EXACT.multiply(one, other)


def shown(number: Decimal) -> str:
    """A number for people: no exponent, no zeros behind the last digit.

    >>> shown(Decimal("3.0900")), shown(Decimal("1E+2")), shown(Decimal("-0.00"))
    ('3.09', '100', '0')
    """
    digits = f"{number:f}"
    digits = digits.rstrip("0").rstrip(".") if "." in digits else digits
    return "0" if digits in {"-0", ""} else digits
