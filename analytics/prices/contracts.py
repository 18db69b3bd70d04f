"""Contracts: what an operator states, laid over the list without replacing it.

Every resolved price says both: what is paid and what the list says. Where the windows of the two differ they are cut,
so that at most one resolved price fits any instant and prompt size, and both figures are right in it.

A stated row is an absolute price, or a ratio off the list (a discount holds only where a list has a price). Of two
rows for one request the more specific one goes first: a named region before any, a named model before any, a named
provider before any, a named class and tier before any.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from analytics.prices.amount import exact, product
from analytics.prices.borrowing import borrowed
from analytics.prices.layers import ClassPrice, Piece, in_order
from analytics.prices.price import Confidence, Discount, Price, Stated
from analytics.prices.service_tiers import Tier
from analytics.prices.windows import When, meet, without
from collector.dialects.usage_classes import UsageClass

ANY = "*"


class _Term(NamedTuple):
    """A stated row and the part of its window in which it is the one that holds."""

    row: Stated
    when: When


def contracted(
    listed: Mapping[UsageClass, tuple[Piece, ...]],
    rows: Iterable[Stated],
    tier: Tier,
    seller: str | None,
    plain: frozenset[UsageClass],
) -> tuple[ClassPrice, ...]:
    """Return the prices of one tier with contract over list; empty when nobody prices the tier.

    `plain` are the classes that have a price in the standard tier: one without a price in this tier is not borrowed,
    because the sources know the class and not this price. `seller` is the list's, for what may be borrowed.
    """
    stated = sorted(rows, key=specificity, reverse=True)
    classes = [name for name in UsageClass if name in listed or any(_prices(row, name, tier) for row in stated)]
    own = {name: _laid_over(name, listed.get(name, ()), _terms(stated, name, tier)) for name in classes}
    found = [row for rows_of_class in own.values() for row in rows_of_class]
    for rule in borrowed({name for name in own if own[name]}, seller):
        if rule.usage_class not in plain:
            found += [_lent(row, rule.usage_class, rule.borrowed_from) for row in own[rule.borrowed_from]]
    return in_order(found)


def discounted(listed: Price, discount: Discount) -> Price | None:
    """Return the price that a discount leaves of a list price; None when it has more than 15 decimals.

    >>> price = Price("p", "m", UsageClass.OUTPUT, Decimal("0.00001"))
    >>> discounted(price, Discount("p", "m", Decimal("0.12"), When())).unit_price_usd
    Decimal('0.0000088')
    """
    amount = exact(product(listed.unit_price_usd, 1 - discount.ratio))
    if amount is None:
        return None
    return Price(
        listed.provider,
        listed.model,
        listed.usage_class,
        amount,
        service_tier=listed.service_tier,
        processing=listed.processing,
        effective_from=discount.when.effective_from,
        effective_until=discount.when.effective_until,
        weekdays=discount.when.weekdays,
        tod_start_s=discount.when.tod_start_s,
        tod_end_s=discount.when.tod_end_s,
        context_above=discount.when.context_above,
        context_until=discount.when.context_until,
        recorded_on=discount.recorded_on,
        source=discount.source,
        source_ref=discount.entry,
        confidence=Confidence.CONTRACT,
    )


def specificity(row: Stated) -> tuple[bool, bool, bool, bool, bool]:
    """Return how much a row names; the row that names more goes first."""
    is_price = isinstance(row, Price)
    return (
        row.region is not None,
        row.model != ANY,
        row.provider != ANY,
        is_price or row.usage_class is not None,
        is_price or row.service_tier is not None or row.processing is not None,
    )


def prices_class(row: Stated, usage_class: UsageClass, tier: Tier) -> bool:
    """Whether a stated row speaks about a class in a tier."""
    return row.holds_for(usage_class, tier) if isinstance(row, Discount) else _prices(row, usage_class, tier)


def _prices(row: Stated, usage_class: UsageClass, tier: Tier) -> bool:
    return isinstance(row, Price) and row.usage_class is usage_class and row.tier == tier


def _terms(stated: Sequence[Stated], usage_class: UsageClass, tier: Tier) -> tuple[_Term, ...]:
    """Return the stated rows of a class as terms that do not overlap, the more specific one first."""
    found: list[_Term] = []
    for row in stated:
        if prices_class(row, usage_class, tier):
            found += [_Term(row, part) for part in without([row.when], [term.when for term in found])]
    return tuple(found)


def _laid_over(usage_class: UsageClass, listed: Sequence[Piece], terms: Sequence[_Term]) -> list[ClassPrice]:
    result = []
    for term in terms:
        for piece in listed:
            common = meet(term.when, piece.when)
            paid = None if common is None else _paid(term.row, piece.price)
            if common is not None and paid is not None:
                result.append(ClassPrice(usage_class, paid, common, piece.price))
        if isinstance(term.row, Price):
            alone = without([term.when], [piece.when for piece in listed])
            result += [ClassPrice(usage_class, term.row, part) for part in alone]
    stated = [term.when for term in terms]
    for piece in listed:
        rest = without([piece.when], stated)
        result += [ClassPrice(usage_class, piece.price, part, piece.price) for part in rest]
    return result


def _paid(row: Stated, listed: Price) -> Price | None:
    return discounted(listed, row) if isinstance(row, Discount) else row


def _lent(row: ClassPrice, usage_class: UsageClass, lender: UsageClass) -> ClassPrice:
    return ClassPrice(usage_class, row.price, row.when, row.list_price, borrowed_from=lender)


def inexact(listed: Iterable[Price], discount: Discount) -> tuple[Price, Decimal] | None:
    """Return the first list price, with the product, of which a discount cannot be told exactly."""
    for price in listed:
        if discount.holds_for(price.usage_class, price.tier) and discounted(price, discount) is None:
            return price, product(price.unit_price_usd, 1 - discount.ratio)
    return None
