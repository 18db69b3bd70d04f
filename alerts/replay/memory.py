"""What is known of a world's requests at an instant, in memory: answers the questions of ``alerts/telemetry.py``.

Requests become known one after the other, as their telemetry comes. Every answer equals the store's over the same
requests, which a differential test holds (``tests/alerts/replay/test_memory.py``).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction

import numpy as np

from alerts.controller.observation import NEVER
from alerts.replay.bought import Bought, Newest, prices, purpose
from alerts.replay.judging import SCOPE, codes
from alerts.replay.lanes import Lane
from alerts.replay.purse import Purse
from alerts.replay.world import Words, World, femto, instant, usd
from alerts.repricing import ANSWER, Prices, Usage
from analytics.notation import NS_PER_MINUTE
from analytics.slo.arithmetic import Counts
from analytics.slo.burn import Asked, TierQuestion, nanoseconds
from analytics.slo.objective import Objective
from analytics.spending.budget import SpendBudget
from analytics.spending.pace import REQUEST_WORDS, Look, TierRequests
from instrumentation.downgrade import WITHOUT_MODEL, Tier

_DAY_NS = 86_400 * 1_000_000_000
_FRESH = timedelta(seconds=60)


class Memory:
    """Knows what it was told; answers like the store."""

    def __init__(self, world: World, objectives: Sequence[Objective], budgets: Sequence[SpendBudget]) -> None:
        self.world = world
        self._place = {tier: place for place, tier in enumerate(world.tiers)}
        self._objective = {one.objective_id: place for place, one in enumerate(objectives)}
        judged = [codes(world, one) for one in objectives]
        self._codes: list[list[list[int]]] = [
            np.column_stack([one[place] for one in judged]).tolist() if judged else [[]] * world.requests
            for place in range(len(world.tiers))
        ]
        self._lanes = [[Lane(len(objectives)) for _ in world.tiers] for _ in world.groups]
        self._bought = [Bought(world.rates) for _ in world.groups]
        self._newest = Newest()
        self._purses = [Purse(budget, world.plan) for budget in budgets]
        self._paying = _Paying(world, budgets)
        self._newest_ns = 0
        self._prices: dict[tuple[str | None, ...], tuple[datetime, Prices]] = {}
        self._group: list[int] = world.group.tolist()
        self._first = [outcome.lines.first.tolist() for outcome in world.outcomes]
        self._lines = [
            _listed(outcome.lines.rate, outcome.lines.quantity, outcome.lines.at_ns) for outcome in world.outcomes
        ]
        self._costs = [_listed(outcome.cost_femto, outcome.unpriced_lines) for outcome in world.outcomes]

    def learn(self, request: int, tier: int, ended_ns: int) -> None:
        """The telemetry of a request has come."""
        group = self._group[request]
        cost_femto, unpriced = self._costs[tier][request]
        lane = self._lanes[group][tier]
        lane.add(request, ended_ns, cost_femto, self._codes[tier][request], unpriced=unpriced > 0)
        self._newest_ns = max(self._newest_ns, ended_ns)
        for place, quantity, at_ns in self._lines_of(request, tier):
            rate, minute = self.world.rates[place], at_ns // NS_PER_MINUTE
            self._bought[group].learn(minute, tier, place, quantity)
            self._newest.learn(rate, minute)
            for purse in self._paying.budgets(group, tier, place):
                cost = quantity * (rate.price_femto or 0)
                self._purses[purse].learn(at_ns, cost, 1, int(rate.price_femto is None))

    def looks(self, now_ns: int) -> tuple[Look, ...]:
        """Every budget as it stands, with its spend step by step."""
        return tuple(purse.look(now_ns) for purse in self._purses)

    def window_counts(self, asked: Iterable[Asked], at: datetime) -> Mapping[Asked, Counts]:
        """What each objective judged in each window ending at ``at``, which is excluded."""
        until_ns = nanoseconds(at)
        lanes = [lane for tiers in self._lanes for lane in tiers if lane.ended_ns]
        places: dict[float, list[tuple[int, int]]] = {}
        found: dict[Asked, Counts] = {}
        for question in asked:
            length_s = question[1]
            if length_s not in places:
                start_ns = until_ns - round(length_s * 1e6) * 1_000
                places[length_s] = [lane.within(start_ns, until_ns) for lane in lanes]
            if question not in found:
                found[question] = self._counts(question[0], lanes, places[length_s])
        return found

    def tier_counts(self, asked: Sequence[TierQuestion], at: datetime) -> Mapping[TierQuestion, Counts]:
        """The same of the requests that were served at one tier."""
        until_ns, found = nanoseconds(at), {}
        for question in asked:
            place = self._place.get(Tier(question.tier))
            lanes = [] if place is None else [tiers[place] for tiers in self._lanes]
            start_ns = until_ns - round(question.window_s * 1e9)
            found[question] = self._counts(
                question.objective_id, lanes, [lane.within(start_ns, until_ns) for lane in lanes]
            )
        return found

    def ceiling_counts(
        self, objective: Objective, words: Words, tier: Tier, window: tuple[datetime, datetime]
    ) -> Counts:
        """How a cost objective would judge the requests that ended in a window, at the prices of the tier."""
        since_ns, until_ns = map(nanoseconds, window)
        known, ceiling = self._remembered("ceiling", words, tier, window[1]), objective.ceiling_usd
        if not known or ceiling is None:
            return Counts()
        total = good = 0
        for group, place in self._served(words):
            if self.world.tiers[place] in WITHOUT_MODEL:
                continue
            lane = self._lanes[group][place]
            for request in lane.request[slice(*lane.within(since_ns, until_ns))]:
                cost = self._cost_at(request, place, self._place[tier], known)
                total += cost is not None
                good += cost is not None and cost <= femto(ceiling)
        return Counts(total, good)

    def newest_at(self, at: datetime) -> datetime:
        """When the newest request ended that is known at an instant; long ago where there is none within a day."""
        return instant(self._newest_ns) if self._newest_ns >= nanoseconds(at) - _DAY_NS else NEVER

    def tier_requests(self, words: Words, start_ns: int, until_ns: int) -> Mapping[str | None, TierRequests]:
        """Requests of the whole minutes that a window touches, by the tier they were served at."""
        edges = start_ns // NS_PER_MINUTE * NS_PER_MINUTE, -(-until_ns // NS_PER_MINUTE) * NS_PER_MINUTE
        sums: dict[str | None, list[int]] = defaultdict(lambda: [0, 0, 0])
        for group, place in self._served(words):
            lane, found = self._lanes[group][place], sums[self.world.tiers[place]]
            first, last = lane.within(*edges)
            found[0] += last - first
            found[1] += lane.unpriced[last] - lane.unpriced[first]
            found[2] += lane.cost_femto[last] - lane.cost_femto[first]
        return {tier: TierRequests(n, unpriced, usd(cost)) for tier, (n, unpriced, cost) in sums.items() if n}

    def prices(self, words: Words, tier: Tier, at: datetime) -> Prices:
        """What the tier pays for its tokens, for these requests; empty where it served none in seven days."""
        return self._remembered("prices", words, tier, at)

    def usage(self, words: Words, start: datetime, until: datetime) -> Sequence[Usage]:
        """What the requests of whole minutes used, tier by tier."""
        edges = nanoseconds(start) // NS_PER_MINUTE, -(-nanoseconds(until) // NS_PER_MINUTE)
        found = [bought for group, bought in enumerate(self._bought) if self._matches(group, words, REQUEST_WORDS)]
        return [used for bought in found for used in bought.usage(self.world.tiers, *edges)]

    def _remembered(self, why: str, words: Words, tier: Tier, at: datetime) -> Prices:
        """Prices are asked for once a minute, apart for each of the two that ask, as in the live watch."""
        place, key = self._place.get(tier), (why, tier, *(words.get(name) for name in SCOPE))
        known = self._prices.get(key)
        if known is None or not known[0] <= at < known[0] + _FRESH:
            groups = [bought for group, bought in enumerate(self._bought) if self._matches(group, words, SCOPE)]
            minute = nanoseconds(at) // NS_PER_MINUTE
            known = self._prices[key] = at, {} if place is None else prices(groups, self._newest, place, minute)
        return known[1]

    def _counts(self, objective_id: int, lanes: Sequence[Lane], places: Sequence[tuple[int, int]]) -> Counts:
        place = self._objective.get(objective_id)
        if place is None:
            return Counts()
        pairs = [lane.counts(place, within) for lane, within in zip(lanes, places, strict=True)]
        return Counts(sum(judged for judged, _ in pairs), sum(good for _, good in pairs))

    def _lines_of(self, request: int, tier: int) -> Iterable[tuple[int, int, int]]:
        first = self._first[tier]
        return self._lines[tier][first[request] : first[request + 1]]  # type: ignore[return-value] # three columns were listed

    def _served(self, words: Words) -> Iterable[tuple[int, int]]:
        """The groups that words are about, with each of the tiers."""
        groups = [group for group in range(len(self._lanes)) if self._matches(group, words, REQUEST_WORDS)]
        return ((group, place) for group in groups for place in range(len(self.world.tiers)))

    def _matches(self, group: int, words: Words, names: Sequence[str]) -> bool:
        own = self.world.groups[group]
        return all(words.get(name) in (None, own.get(name)) for name in names)

    def _cost_at(self, request: int, place: int, tier: int, known: Prices) -> Fraction | int | None:
        """What a request would have cost at a tier, in femtodollars; None: nobody knows."""
        cost_femto, unpriced = self._costs[place][request]
        lines = list(self._lines_of(request, place))
        if place == tier or not lines:
            return None if unpriced else cost_femto
        total = Fraction(0)
        for rate_place, quantity, _ in lines:
            rate = self.world.rates[rate_place]
            price = known.get((purpose(rate), rate.usage_class))
            if price is None and (purpose(rate) == ANSWER or rate.price_femto is None):
                return None
            total += quantity * (femto(price) if price is not None else rate.price_femto or 0)
        return total


class _Paying:
    """Which budgets pay for a line, found once for each group, tier and rate."""

    def __init__(self, world: World, budgets: Sequence[SpendBudget]) -> None:
        self._world, self._budgets = world, budgets
        self._known: dict[tuple[int, int, int], tuple[int, ...]] = {}

    def budgets(self, group: int, tier: int, place: int) -> tuple[int, ...]:
        """The places of the budgets."""
        key = group, tier, place
        known = self._known.get(key)
        if known is None:
            rate = self._world.rates[place]
            words = {**self._world.groups[group], "tier": self._world.tiers[tier]}
            words |= {"provider": rate.provider, "model": rate.model}
            given = {word: value for word, value in words.items() if value is not None}
            known = self._known[key] = tuple(n for n, budget in enumerate(self._budgets) if budget.covers(given))
        return known


def _listed(*columns: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> list[tuple[int, ...]]:
    """Rows of plain numbers, which a loop reads faster than arrays."""
    return list(zip(*(column.tolist() for column in columns), strict=True))
