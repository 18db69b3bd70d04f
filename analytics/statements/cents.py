"""Whole cents that add up to the total shown: the largest remainder, from the top of the page down.

Every amount is cut down to a whole cent; the cents that are left to the total go to the largest remainders, equal ones
in the order of the lines. So no line is off by more than a cent, and the exact figures stand in the export.

>>> lines = apportioned([Decimal("0.336"), Decimal("0.335"), Decimal("0.334")], Decimal("1.00"))
>>> [str(line) for line in lines]
['0.34', '0.33', '0.33']
"""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal, localcontext

CENT = Decimal("0.01")
_EXACT = Context(prec=60)


def in_cents(amount: Decimal) -> Decimal:
    """The nearest whole cent, half to even."""
    return amount.quantize(CENT, ROUND_HALF_EVEN, context=_EXACT)


def apportioned(exact: Sequence[Decimal], total: Decimal) -> list[Decimal]:
    """The lines in whole cents; ``total`` is their exact sum, rounded up or down to a cent."""
    with localcontext(_EXACT):
        down = [amount.quantize(CENT, ROUND_FLOOR) for amount in exact]
        left = int((total - sum(down, Decimal(0))) / CENT)
        if not 0 <= left <= len(down):
            raise ValueError(f"the lines sum to {sum(exact, Decimal(0))} and cannot be shown as {total} in cents")
        ordered = sorted(range(len(exact)), key=lambda line: (down[line] - exact[line], line))
        extra = frozenset(ordered[:left])
        return [amount + CENT if line in extra else amount for line, amount in enumerate(down)]


def usd(amount: Decimal) -> str:
    """Whole cents as people read them.

    >>> usd(Decimal("-1234.5"))
    '-1,234.50'
    """
    return f"{in_cents(amount):,.2f}"
