"""How fast the rest of a budget is being spent, and what its requests cost tier by tier.

    pace = spent / planned in a window                               1: as the plan
    burn = pace x what is still planned / what is still there        1: the rest lasts exactly to the period's end

So spend on plan burns at 1, whatever the hour; spend that is ahead of its plan burns faster at the same pace, and late
in the period, with little left, a fast hour shows at once.

>>> rest_burn(spent=Fraction(2), planned=Fraction(1), still_planned=Fraction(40), left=Fraction(20))
4.0
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from analytics.notation import NS_PER_MINUTE
from analytics.spending.position import Position, Sums
from analytics.spending.reading import Spent
from analytics.spending.series import QUERIES, instant
from collector.store import Store

MOST = 1000.0
"""Stands for every faster burn: of a budget that is gone nothing is left to compare with."""
REQUEST_WORDS = ("tenant", "team", "feature", "route", "environment", "cost_center", "project")


@dataclass(frozen=True, slots=True)
class Look:
    """A budget, where it stands, and its spend step by step."""

    position: Position
    spent: Spent

    def window(self, length_ns: int) -> tuple[int, Sums]:
        """The start of the window of about this length that ends now, within the period, and its spend."""
        start_ns = self.spent.step_at(self.position.at_ns - length_ns)
        return start_ns, self.spent.between(start_ns, self.position.at_ns)

    def planned(self, start_ns: int) -> Fraction:
        """What the plan has from an instant until now."""
        share = self.position.share - self.position.period.curve.share(start_ns)
        return Fraction(self.position.budget.amount_usd) * share

    def burn(self, start_ns: int, spent_usd: Fraction, *, kept: Fraction = Fraction(0)) -> float | None:
        """The burn if this was spent from an instant until now; None where the plan has nothing yet.

        ``kept`` is the share of the amount that is not to be spent.
        """
        amount = Fraction(self.position.budget.amount_usd)
        still_planned = amount * (1 - self.position.share)
        left = amount * (1 - kept) - Fraction(self.position.sums.cost_usd)
        return rest_burn(spent=spent_usd, planned=self.planned(start_ns), still_planned=still_planned, left=left)


def rest_burn(*, spent: Fraction, planned: Fraction, still_planned: Fraction, left: Fraction) -> float | None:
    """The pace of a window as a multiple of the one at which what is left lasts the period."""
    if left <= 0:
        return MOST
    return None if planned <= 0 else min(MOST, float(spent / planned * still_planned / left))


@dataclass(frozen=True, slots=True)
class TierRequests:
    """Requests served at one tier."""

    requests: int
    unpriced_requests: int
    cost_usd: Decimal


def tier_requests(
    store: Store, words: Mapping[str, str | None], start_ns: int, until_ns: int
) -> Mapping[str | None, TierRequests]:
    """Requests of the whole minutes that a window touches, by the tier they were served at."""
    until_ns = -(-until_ns // NS_PER_MINUTE) * NS_PER_MINUTE
    params = {
        "start": instant(start_ns // NS_PER_MINUTE * NS_PER_MINUTE),
        "until": instant(until_ns),
        **{word: words.get(word) for word in REQUEST_WORDS},
    }
    rows = store.run(QUERIES["tier_requests"], params).to_pylist()
    return {row.pop("tier"): TierRequests(**row) for row in rows}
