"""What requests of one group used by the minute, and what each tier pays for it: ``alerts/repricing.py`` in memory."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from alerts.replay.world import Rate, usd
from alerts.repricing import ANSWER, REMEMBERED, Prices, Usage, Used, prices_of

_ANSWERS = frozenset({"retry", "fallback", "failed_attempt"})
_REMEMBERED_MINUTES = REMEMBERED.days * 24 * 60
Key = tuple[int, int]
"""A tier and a rate, by their places."""


def purpose(rate: Rate) -> str:
    """Retries and fallbacks are answers."""
    return ANSWER if rate.purpose in _ANSWERS else rate.purpose


@dataclass(slots=True)
class Newest:
    """The newest price that anybody was seen to pay for a class of a model; None: it had none."""

    _seen: dict[tuple[str | None, str | None, str, str], tuple[int, int]] = field(default_factory=dict)

    def learn(self, rate: Rate, minute: int) -> None:
        """A line of this rate is known."""
        key = rate.provider, rate.model, rate.variant, rate.usage_class
        known = self._seen.get(key)
        if rate.price_femto is not None and (known is None or known[0] <= minute):
            self._seen[key] = minute, rate.price_femto

    def price_usd(self, rate: Rate, since: int) -> Decimal | None:
        """The newest price since a minute."""
        known = self._seen.get((rate.provider, rate.model, rate.variant, rate.usage_class))
        return None if known is None or known[0] < since else usd(known[1])


@dataclass(slots=True)
class Bought:
    """Quantities by minute, tier and rate; sums of the last seven days are kept up."""

    rates: Sequence[Rate]
    _minutes: dict[int, dict[Key, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))
    _week: dict[Key, int] = field(default_factory=lambda: defaultdict(int))
    _since: int = 0
    """The first minute whose quantities are in the sums."""

    def learn(self, minute: int, tier: int, rate: int, quantity: int) -> None:
        """A line is known."""
        self._minutes[minute][tier, rate] += quantity
        if minute >= self._since:
            self._week[tier, rate] += quantity

    def used(self, tier: int, at_minute: int) -> Iterator[tuple[Rate, int]]:
        """What the tier used in the seven days before the end of a minute."""
        self._forget(at_minute - _REMEMBERED_MINUTES)
        return ((self.rates[rate], n) for (own, rate), n in self._week.items() if own == tier and n > 0)

    def usage(self, tiers: Sequence[str | None], start_minute: int, until_minute: int) -> list[Usage]:
        """What was used in a half-open window of minutes."""
        sums: dict[tuple[int, str, str], list[int]] = defaultdict(lambda: [0, 0])
        for minute in range(start_minute, until_minute):
            for (tier, place), quantity in self._minutes.get(minute, {}).items():
                rate = self.rates[place]
                found = sums[tier, purpose(rate), rate.usage_class]
                found[0] += quantity
                found[1] += quantity * (rate.price_femto or 0)
        return [
            Usage(tiers[tier], why, usage_class, Decimal(quantity), usd(cost))
            for (tier, why, usage_class), (quantity, cost) in sums.items()
        ]

    def _forget(self, since: int) -> None:
        for minute in range(self._since or min(self._minutes, default=since), since):
            for key, quantity in self._minutes.get(minute, {}).items():
                self._week[key] -= quantity
        self._since = max(self._since, since)


def prices(groups: Sequence[Bought], newest: Newest, tier: int, at_minute: int) -> Prices:
    """The mean price of each class at a tier, by how much each model was used there."""
    sums: dict[tuple[str, str | None, str | None, str, str], tuple[Rate, int]] = {}
    for group in groups:
        for rate, quantity in group.used(tier, at_minute):
            key = purpose(rate), rate.provider, rate.model, rate.variant, rate.usage_class
            known = sums.get(key, (rate, 0))[1]
            sums[key] = rate, known + quantity
    since = at_minute - _REMEMBERED_MINUTES
    return prices_of(
        [
            Used(why, usage_class, Decimal(quantity), newest.price_usd(rate, since))
            for (why, _, _, _, usage_class), (rate, quantity) in sums.items()
        ]
    )
