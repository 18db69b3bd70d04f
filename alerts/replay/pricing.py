"""What each tier paid in stored history, hour by hour, and a request's own usage at those prices."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from alerts.replay.bought import Bought, Newest, prices, purpose
from alerts.replay.world import Ints, Rate, Words, femto
from alerts.repricing import ANSWER, Prices
from analytics.notation import NS_PER_HOUR, NS_PER_MINUTE
from instrumentation.downgrade import WITHOUT_MODEL, Tier

Own = list[tuple[int, int, int]]
"""Lines of a request: the place of the rate, the quantity, and the instant."""
_ESTIMATED = "estimated"


@dataclass(slots=True)
class Priced:
    """Requests in the order of their arrival, with their lines."""

    started_ns: Ints
    group: Ints
    actual: Ints
    own: list[Own]
    _hours: dict[tuple[str | None, int, int], Prices] = field(default_factory=dict)
    _routes: list[str | None] = field(default_factory=list)
    _last_hour: int = 0

    def learn(self, groups: Sequence[Words], rates: Sequence[Rate]) -> None:
        """Go through the history once, and remember every tier's prices at the end of every hour."""
        self._routes = [words.get("route") for words in groups]
        bought = {route: Bought(rates) for route in self._routes}
        newest, hour = Newest(), int(self.started_ns[0]) // NS_PER_HOUR if len(self.started_ns) else 0
        places = sorted({int(place) for place in self.actual})
        for request, at_ns in enumerate(self.started_ns.tolist()):
            for past in range(hour, at_ns // NS_PER_HOUR):
                self._remember(bought, newest, places, past)
            hour = at_ns // NS_PER_HOUR
            route, place = self._routes[self.group[request]], int(self.actual[request])
            for rate, quantity, line_ns in self.own[request]:
                bought[route].learn(line_ns // NS_PER_MINUTE, place, rate, quantity)
                newest.learn(rates[rate], line_ns // NS_PER_MINUTE)
        self._remember(bought, newest, places, hour)
        self._last_hour = hour

    def prices(self, request: int, place: int) -> Prices:
        """What a tier paid on the request's route in its hour, or else at the end; empty: nobody knows."""
        route, hour = self._routes[self.group[request]], int(self.started_ns[request]) // NS_PER_HOUR
        return self._hours.get((route, place, hour)) or self._hours.get((route, place, self._last_hour), {})

    def _remember(self, bought: dict[str | None, Bought], newest: Newest, places: Sequence[int], hour: int) -> None:
        minute = (hour + 1) * 60 - 1
        for route, used in bought.items():
            for place in places:
                found = prices([used], newest, place, minute)
                if found:
                    self._hours[route, place, hour] = found


def estimated(own: Own, tier: Tier | None, known: Prices, rates: dict[Rate, int], table: Sequence[Rate]) -> Own:
    """The same usage bought at a tier's prices; a line of an answer without a price there is unpriced.

    ``table`` holds the rates of the lines; new ones are put into ``rates``.
    """
    if tier in WITHOUT_MODEL:
        return []
    found = Own()
    for place, quantity, at_ns in own:
        rate = table[place]
        price = known.get((purpose(rate), rate.usage_class))
        if price is None and purpose(rate) != ANSWER:
            found.append((place, quantity, at_ns))
            continue
        there = Rate(
            purpose=rate.purpose,
            usage_class=rate.usage_class,
            provider=_ESTIMATED,
            model=f"{tier}-{_ESTIMATED}",
            price_femto=None if price is None else femto(price),
        )
        found.append((rates.setdefault(there, len(rates)), quantity, at_ns))
    return found
