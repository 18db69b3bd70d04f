"""From sums to numerators and denominators, one function per key figure.

Unknown is None, never zero: a sum over lines none of which has a price is unknown, a sum over no lines is zero.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from analytics.allocation.kpi_facts import KpiFacts, LineSum, OutcomeSum, RequestSum, RouteSum
from analytics.allocation.splitting import rounded
from analytics.allocation.usage import NOT_TOKENS
from analytics.derive.purposes import PURPOSES

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Figure:
    """One value of a key figure, not yet divided."""

    numerator: Decimal | None
    denominator: Decimal | None
    of: str | None = None
    note: str | None = None


def cost_per_request(facts: KpiFacts) -> Iterator[Figure]:
    """Failed requests count too."""
    yield _over_requests(facts, lambda _: True)


def cost_per_successful_answer(facts: KpiFacts) -> Iterator[Figure]:
    """What failed requests cost is in the numerator."""
    yield _over_requests(facts, lambda one: one.status == "ok")


def cost_per_1k_tokens(facts: KpiFacts) -> Iterator[Figure]:
    """Priced lines only, so that both sums are about the same tokens."""
    for usage_class in sorted({one.usage_class for one in facts.lines} - NOT_TOKENS):
        lines = [one for one in facts.lines if one.usage_class == usage_class]
        priced = [one for one in lines if one.status == "priced"]
        yield Figure(_cost(lines), _quantity(priced), usage_class, _unpriced_note(lines))


def cost_per_outcome(facts: KpiFacts) -> Iterator[Figure]:
    """Everything that was evaluated, over what was evaluated so."""
    for one in sorted(facts.outcomes, key=lambda one: (one.evaluation_name, one.label or "")):
        if one.label is not None:
            same = [other for other in facts.outcomes if other.evaluation_name == one.evaluation_name]
            yield Figure(
                _outcome_cost(same), Decimal(one.requests), f"{one.evaluation_name}/{one.label}", _outcome_note(same)
            )


def allocated_share(facts: KpiFacts) -> Iterator[Figure]:
    """With somebody who pays."""
    yield from _share_of_lines(facts, _somebody_pays)


def unallocated_share(facts: KpiFacts) -> Iterator[Figure]:
    """With nobody who pays."""
    yield from _share_of_lines(facts, lambda one: not _somebody_pays(one))


def tagged_share(facts: KpiFacts) -> Iterator[Figure]:
    """With every word that was asked for."""
    yield from _share_of_lines(facts, lambda one: all(one.has(word) for word in facts.tags))


def priced_share(facts: KpiFacts) -> Iterator[Figure]:
    """Amortised lines have a cost too: their resource's."""
    tokens = [one for one in facts.lines if one.usage_class not in NOT_TOKENS]
    yield Figure(_quantity(one for one in tokens if one.status != "unpriced"), _quantity(tokens), "tokens")
    billed = [one for one in facts.requests if one.cost_status != "none"]
    yield Figure(_requests(one for one in billed if one.cost_status == "priced"), _requests(billed), "requests")


def prompt_cache_savings(facts: KpiFacts) -> Iterator[Figure]:
    """Less the premium for what was written."""
    known = [one for one in facts.cached if one.plain_unit_price_usd is not None]
    plain = sum((one.quantity * (one.plain_unit_price_usd or 0) for one in known), _ZERO)
    paid = sum((one.quantity * one.unit_price_usd for one in known), _ZERO)
    missing = sum((one.quantity for one in facts.cached if one.plain_unit_price_usd is None), _ZERO)
    note = f"{missing:f} cached tokens left out: no single plain price of their model that day" if missing else None
    yield Figure(None if facts.cached and not known else plain - paid, plain, note=note)


def app_cache_savings(facts: KpiFacts) -> Iterator[Figure]:
    """At the mean cost of an answer with calls on the same route."""
    saved = Fraction(0)
    for one in facts.hits:
        saved += Fraction(one.cost_usd or 0) * one.hits / one.answered if one.answered else 0
    unknown = sum(one.hits for one in facts.hits if not one.answered)
    paid = sum((one.cost_usd or _ZERO for one in facts.hits), _ZERO)
    note = f"{unknown} hits left out: no priced answer on their route to compare with" if unknown else None
    nothing_known = bool(facts.hits) and all(not one.answered for one in facts.hits)
    yield Figure(None if nothing_known else rounded(saved), rounded(saved) + paid, note=note)


def downgrade_savings(facts: KpiFacts) -> Iterator[Figure]:
    """At what the same route paid for a unit of the same class when it was not degraded."""
    degraded = [one for one in facts.routes if one.degraded]
    pairs = [(one, _undegraded(facts, one)) for one in degraded]
    known = [(one, other) for one, other in pairs if other is not None and one.cost_usd is not None]
    would = sum((rounded(Fraction(one.quantity) * other) for one, other in known), _ZERO)
    paid = sum((one.cost_usd or _ZERO for one, _ in known), _ZERO)
    left_out = _quantity(degraded) - sum((one.quantity for one, _ in known), _ZERO)
    left_out += sum((one.unpriced_quantity for one in degraded), _ZERO)
    note = (
        f"{left_out:f} units left out: no price, or nothing undegraded on their route to compare with"
        if left_out
        else None
    )
    yield Figure(None if degraded and not known else would - paid, would, note=note)


def purpose_cost_share(facts: KpiFacts) -> Iterator[Figure]:
    """Of every purpose, also of those nothing was used for."""
    total = _cost(facts.lines)
    for purpose in PURPOSES:
        lines = [one for one in facts.lines if one.purpose == purpose]
        yield Figure(_cost(lines), total, str(purpose), _unpriced_note(lines))


def error_cost_share(facts: KpiFacts) -> Iterator[Figure]:
    """Of requests that failed as a whole."""
    yield _part_of_requests(facts, lambda one: one.status == "error")


def degraded_cost_share(facts: KpiFacts) -> Iterator[Figure]:
    """Of requests served below the tier they would have had."""
    yield _part_of_requests(facts, lambda one: one.degraded)


def effective_savings_rate(facts: KpiFacts) -> Iterator[Figure]:
    """1 - contracted / list, over lines that have both."""
    listed = sum((one.compared_list_usd for one in facts.lines), _ZERO)
    paid = sum((one.compared_cost_usd for one in facts.lines), _ZERO)
    yield Figure(listed - paid, listed)


def budget_variance(facts: KpiFacts) -> Iterator[Figure]:
    """(spent - planned) / planned."""
    for one in facts.budgets:
        over = None if one.spent_usd is None else one.spent_usd - one.planned_usd
        yield Figure(over, one.planned_usd, one.name)


def infrastructure_utilisation(facts: KpiFacts) -> Iterator[Figure]:
    """Of what a resource could do."""
    for one in facts.resources:
        yield Figure(one.used, one.capacity, one.name, None if one.capacity else "no capacity_per_hour is configured")


def infrastructure_hours_used(facts: KpiFacts) -> Iterator[Figure]:
    """Of the hours that were paid."""
    for one in facts.resources:
        yield Figure(Decimal(one.used_hours), one.paid_hours, one.name)


def infrastructure_unused_share(facts: KpiFacts) -> Iterator[Figure]:
    """Of its cost."""
    for one in facts.resources:
        yield Figure(one.unused_usd, one.cost_usd, one.name)


def infrastructure_cost_per_1k_tokens(facts: KpiFacts) -> Iterator[Figure]:
    """Idle time included."""
    for one in facts.resources:
        yield Figure(one.cost_usd, one.tokens, one.name)


def _over_requests(facts: KpiFacts, counted: Callable[[RequestSum], bool]) -> Figure:
    count = _requests(one for one in facts.requests if counted(one))
    return Figure(_request_cost(facts.requests), count, note=_lower_bound(facts.requests))


def _part_of_requests(facts: KpiFacts, counted: Callable[[RequestSum], bool]) -> Figure:
    part = [one for one in facts.requests if counted(one)]
    return Figure(_request_cost(part), _request_cost(facts.requests), note=_lower_bound(facts.requests))


def _share_of_lines(facts: KpiFacts, counted: Callable[[LineSum], bool]) -> Iterator[Figure]:
    part = [one for one in facts.lines if counted(one)]
    total = _cost(facts.lines)
    yield Figure(None if total is None else _cost_of_known(part), total, "cost", _unpriced_note(facts.lines))
    yield Figure(Decimal(sum(one.lines for one in part)), Decimal(sum(one.lines for one in facts.lines)), "rows")


def _somebody_pays(one: LineSum) -> bool:
    return one.has("team") or one.has("cost_center")


def _cost(lines: Iterable[LineSum]) -> Decimal | None:
    found = list(lines)
    known = any(one.cost_usd is not None for one in found)
    return _cost_of_known(found) if known or not found else None


def _cost_of_known(lines: Iterable[LineSum]) -> Decimal:
    return sum((one.cost_usd for one in lines if one.cost_usd is not None), _ZERO)


def _quantity(sums: Iterable[LineSum | RouteSum]) -> Decimal:
    return sum((one.quantity for one in sums), _ZERO)


def _requests(sums: Iterable[RequestSum]) -> Decimal:
    return Decimal(sum(one.requests for one in sums))


def _request_cost(sums: Iterable[RequestSum]) -> Decimal | None:
    """The cost of requests, which is unknown when some cost something and none of these has a price."""
    billed = [one for one in sums if one.cost_status != "none"]
    priced = [one.cost_usd for one in billed if one.cost_usd is not None]
    return sum(priced, _ZERO) if priced or not billed else None


def _outcome_cost(outcomes: Iterable[OutcomeSum]) -> Decimal | None:
    found = list(outcomes)
    priced = [one.cost_usd for one in found if one.cost_usd is not None]
    return sum(priced, _ZERO) if priced or not any(one.unpriced for one in found) else None


def _outcome_note(outcomes: Iterable[OutcomeSum]) -> str | None:
    count = sum(one.unpriced for one in outcomes)
    return f"lower bound: {count} requests have no or only a partial price" if count else None


def _lower_bound(sums: Iterable[RequestSum]) -> str | None:
    count = _requests(one for one in sums if one.cost_status in {"unpriced", "partial"})
    return f"lower bound: {count} requests have no or only a partial price" if count else None


def _unpriced_note(lines: Iterable[LineSum]) -> str | None:
    count = sum(one.lines for one in lines if one.status == "unpriced")
    return f"{count} lines without a price left out" if count else None


def _undegraded(facts: KpiFacts, one: RouteSum) -> Fraction | None:
    """The mean unit price of a class on the same route when it is not degraded."""
    for other in facts.routes:
        same = (other.tenant, other.route, other.usage_class) == (one.tenant, one.route, one.usage_class)
        if same and not other.degraded and other.quantity and other.cost_usd is not None:
            return Fraction(other.cost_usd) / Fraction(other.quantity)
    return None
