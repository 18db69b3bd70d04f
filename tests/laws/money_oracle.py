"""What a month comes to, by a second arithmetic: fractions, and nothing of the project."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction

from tests.laws.money_world import POOL_DAY_USD, POOL_DAYS, Used

Owed = dict[tuple[str, str], Fraction]
"""By invoice and cost centre."""


def exact(calls: Iterable[Used]) -> Owed:
    """What the month comes to, before it is rounded."""
    found: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    for one in calls:
        for quantity, _, price in one.lines.values():
            if price is not None:
                found[one.provider, one.cost_center or "unallocated"] += quantity * price
    for cost_center, usd in _shared(calls):
        found["pinecone", cost_center] += usd
    for cost_center, usd in _pool(calls):
        found["internal", cost_center] += usd
    return found


def in_cents(owed: Owed) -> Owed:
    """Each invoice to the cent, half to even; its cents over cost centres by largest remainder."""
    found: Owed = {}
    for invoice in {invoice for invoice, _ in owed}:
        cells = {name: usd for (of, name), usd in owed.items() if of == invoice}
        whole = round(sum(cells.values()) * 100)
        found |= {(invoice, name): Fraction(units, 100) for name, units in largest_remainder(whole, cells).items()}
    return found


def largest_remainder(units: int, weights: Mapping[str, Fraction]) -> dict[str, int]:
    """Whole units that sum to ``units``; here amounts as well as weights may be given, so nothing is divided twice."""
    total = sum(weights.values())
    shares = {name: weight * units / total for name, weight in weights.items()}
    if abs(total * 100 - units) < 1:  # amounts in dollars to cents: everybody's own cents, not a ratio of the total
        shares = {name: weight * 100 for name, weight in weights.items()}
    found = {name: share.numerator // share.denominator for name, share in shares.items()}
    order = sorted(shares, key=lambda name: (found[name] - shares[name], name == "unallocated", name))
    for name in order[: units - sum(found.values())]:
        found[name] += 1
    return found


_FEMTO = 10**15


def _shared(calls: Iterable[Used]) -> list[tuple[str, Fraction]]:
    tokens: dict[str, Fraction] = defaultdict(Fraction)
    for one in calls:
        tokens[one.team_now or "unallocated"] += one.tokens
    shares = largest_remainder(10001 * _FEMTO // 100, tokens)
    return [
        (team if team == "unallocated" else f"CC-{team}", Fraction(units, _FEMTO)) for team, units in shares.items()
    ]


def _pool(calls: Iterable[Used]) -> list[tuple[str, Fraction]]:
    found: list[tuple[str, Fraction]] = []
    for day in POOL_DAYS:
        tokens: dict[str, Fraction] = defaultdict(Fraction)
        for one in calls:
            if one.amortised and one.at.day == day:
                tokens[one.cost_center or "unallocated"] += one.tokens
        shares = largest_remainder(int(POOL_DAY_USD * _FEMTO), tokens or {"CC-platform": Fraction(1)})
        found += [(name, Fraction(units, _FEMTO)) for name, units in shares.items()]
    return found
