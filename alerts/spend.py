"""Spend budgets as the controller sees them: one reading for each budget that steers a route.

    gone        the amount is spent: down to the lowest tier that costs nothing, or to the configured floor
    too fast    the rest burns above the limit over the long and the short window, and the lines of the long one show it
                with the gate's confidence: few requests are no trend. What is above plan has to be material as well, a
                two-hundredth of the amount, or a twentieth of what is left. As much of the amount is kept: with the
                last cents a step comes too late
    level       from the configured level on, any burn above 1 is too fast
    calm        both burns below ``budget_recover_below``: the money lasts. At a new period all of it is there again
    unknown     nothing was spent and no request seen in the short window: that changes nothing

What the same traffic would burn one rung up is the route's requests of the long window at the prices of that tier
(``alerts/repricing.py``), beside everything else the budget paid for. Requests that no model served, and tokens without
a price there, count with the mean cost of a request that was served at that tier in the last seven days.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from math import sqrt
from statistics import NormalDist
from typing import Protocol

from alerts.controller import Basis, Estimate, Money, Reading
from alerts.policy import RoutePolicy
from alerts.repricing import repriced
from alerts.telemetry import Telemetry
from analytics.notation import NS_PER_S
from analytics.slo.arithmetic import Counts
from analytics.slo.burn import nanoseconds
from analytics.slo.evidence import Gate, Judgement
from analytics.slo.objective import Sli
from analytics.slo.verdicts import Reason, Verdict
from analytics.slo.windows import Window
from analytics.spending.pace import MOST, REQUEST_WORDS, Look
from instrumentation.downgrade import WITHOUT_MODEL, Scope, Tier

MATERIAL = Fraction(1, 200)
"""Share of the amount that has to be spent above plan within the long window."""
_PERIOD_SHARE = 28
_ENOUGH, _LONGER = 50, (1, 2, 4)
"""Lines that a window should hold, and how much longer it may become for them: at six requests an hour a 28th of a day
holds five requests, and a route stepped 0.5 times a day for nothing; with up to a seventh of it 0.07 times."""
_SHORT_SHARE = 12
_LEFT = Fraction(1, 20)
"""The same of what is left, where that is less."""
_NOISE = 3.0
"""Variance of what n ledger lines cost, in squares of that cost, times n: requests of two lines arrive by chance, and
their costs have a standard deviation of 0.7 of their mean."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_REMEMBERED_NS = 7 * 86_400 * NS_PER_S


class Budgets(Protocol):
    """Knows how budgets stand."""

    def looks(self, now_ns: int) -> tuple[Look, ...]:
        """Every budget as it stands with its spend step by step, by a fresh reading."""
        ...


@dataclass(slots=True)
class SpendBurns:
    """Reads budgets for the evaluation, and remembers the last look for its second questions."""

    spending: Budgets
    telemetry: Telemetry
    gate: Gate
    _looks: Mapping[str, Look] | None = None

    def readings(self, policies: Iterable[RoutePolicy], at: datetime) -> Mapping[Scope, tuple[Reading, ...]]:
        """Look at every budget once, and read it for each route that it steers."""
        looks = self._looks = {look.position.budget.name: look for look in self.spending.looks(nanoseconds(at))}
        return {
            policy.scope: tuple(self._reading(policy, looks[name]) for name in policy.budgets if name in looks)
            for policy in policies
        }

    def estimates(self, policy: RoutePolicy, tier: Tier) -> tuple[Estimate, ...]:
        """What each of the route's budgets would burn had its recent traffic been served at ``tier``."""
        looks = [look for name in policy.budgets if (look := (self._looks or {}).get(name)) is not None]
        return tuple(self._estimate(policy, look, tier) for look in looks)

    def _estimate(self, policy: RoutePolicy, look: Look, tier: Tier) -> Estimate:
        burn, requests, basis = self._burn_at(policy, look, tier)
        known = Verdict.INSUFFICIENT_DATA if burn is None else Verdict.OK
        return Estimate(f"budget {look.position.budget.name}", tier, burn, requests, known, basis, paid=True)

    def _reading(self, policy: RoutePolicy, look: Look) -> Reading:
        position = look.position
        money = Money(position.sums.cost_usd, position.budget.amount_usd, position.planned_usd, _level(look))
        window = _window(policy, look)
        long, short = (look.window(round(length_s * NS_PER_S)) for length_s in (window.long_s, window.short_s))
        if money.gone:
            # the amount is spent, whatever a window says: the next step need not wait for one
            window = Window(1.0, policy.down_dwell_s * _SHORT_SHARE, policy.down_dwell_s)
            judgement = Judgement(Verdict.FIRING, Reason.BURNING, MOST, MOST, None)
        elif not short[1].lines and not self._served(policy, look, short[0]):
            judgement = Judgement(Verdict.INSUFFICIENT_DATA, Reason.NO_RECENT_REQUESTS, None, None, None)
        else:
            judgement = _judged(policy, look, long[0], short[0], self.gate)
        return Reading(
            objective=f"budget {position.budget.name}",
            sli=Sli.COST,
            window=window,
            factor=policy.budget_burn,
            long=Counts(long[1].lines, long[1].lines),
            short=Counts(short[1].lines, short[1].lines),
            judgement=judgement,
            money=money,
        )

    def _served(self, policy: RoutePolicy, look: Look, start_ns: int) -> bool:
        """Whether any request of the route came although nothing was spent."""
        words = _words(policy, look)
        found = None if words is None else self.telemetry.tier_requests(words, start_ns, look.position.at_ns)
        return bool(found)

    def _burn_at(self, policy: RoutePolicy, look: Look, tier: Tier) -> tuple[float | None, int, Basis]:
        words, scope = _words(policy, look), look.position.budget.scope
        if words is None or not scope.keys() <= set(REQUEST_WORDS):
            return (
                None,
                0,
                Basis.REPRICED,
            )  # requests have no one model or provider: nothing to reprice for such a budget
        start_ns, sums = look.window(round(_window(policy, look).long_s * NS_PER_S))
        until_ns = look.position.at_ns
        now = self.telemetry.tier_requests(words, start_ns, until_ns)
        requests, cost = sum(t.requests for t in now.values()), sum(Fraction(t.cost_usd) for t in now.values())
        each = self._each(words, tier, until_ns)
        there, basis = self._repriced(words, tier, (start_ns, until_ns)), Basis.REPRICED
        without_model = sum(t.requests for name, t in now.items() if name in WITHOUT_MODEL and name != tier)
        if there is None or (without_model and each is None):
            there, basis, without_model = Fraction(0), Basis.SERVED, requests
        if each is None and without_model:
            return None, 0, basis
        there += without_model * (each or 0)
        return look.burn(start_ns, Fraction(sums.cost_usd) - cost + there, kept=MATERIAL), requests, basis

    def _each(self, words: Mapping[str, str | None], tier: Tier, until_ns: int) -> Fraction | None:
        """The mean cost of a request at a tier, where enough of them are known."""
        before = self.telemetry.tier_requests(words, until_ns - _REMEMBERED_NS, until_ns).get(tier)
        priced = 0 if before is None else before.requests - before.unpriced_requests
        return None if before is None or priced < self.gate.minimum_requests else Fraction(before.cost_usd) / priced

    def _repriced(self, words: Mapping[str, str | None], tier: Tier, window_ns: tuple[int, int]) -> Fraction | None:
        """What the requests of a window would have cost at the tier; None where a price is missing."""
        start, until = (_EPOCH + timedelta(microseconds=edge // 1000) for edge in window_ns)
        prices = self.telemetry.prices(words, tier, until)
        return repriced(self.telemetry.usage(words, start, until), tier, prices) if prices else None


def _judged(policy: RoutePolicy, look: Look, long_ns: int, short_ns: int, gate: Gate) -> Judgement:
    sums = [look.spent.between(start_ns, look.position.at_ns) for start_ns in (long_ns, short_ns)]
    burns = [
        look.burn(begin, Fraction(s.cost_usd), kept=MATERIAL)
        for begin, s in zip((long_ns, short_ns), sums, strict=True)
    ]
    long, short = burns
    if long is None or short is None:
        return Judgement(Verdict.INSUFFICIENT_DATA, Reason.NO_REQUESTS, long, short, None)
    at_level = policy.budget_level is not None and _reached(look, policy.budget_level)
    limit = 1.0 if at_level else policy.budget_burn
    if long <= limit or short <= limit:
        reason = Reason.LONG_WINDOW_BELOW if long <= limit else Reason.SHORT_WINDOW_BELOW
        return Judgement(Verdict.OK, reason, long, short, None)
    above = Fraction(sums[0].cost_usd) - look.planned(long_ns)
    amount, spent = Fraction(look.position.budget.amount_usd), Fraction(look.position.sums.cost_usd)
    material = above >= min(MATERIAL * amount, _LEFT * (amount - spent))
    if not at_level and not (material and _shown(long / limit, sums[0].lines, gate)):
        return Judgement(Verdict.INSUFFICIENT_DATA, Reason.TOO_FEW_REQUESTS, long, short, None)
    return Judgement(Verdict.FIRING, Reason.BURNING, long, short, None)


def _shown(times: float, lines: int, gate: Gate) -> bool:
    """Whether that many lines show that spend is above a limit, of which it is so many times.

    >>> [_shown(2.0, lines, Gate()) for lines in (5, 50)], _shown(1.1, 50, Gate())
    ([False, True], False)
    """
    return lines > 0 and 1 - 1 / times >= NormalDist().inv_cdf(gate.confidence) * sqrt(_NOISE / lines)


def _window(policy: RoutePolicy, look: Look) -> Window:
    """The configured one; else a 28th of the period, or twice or four times as much while that holds few lines."""
    period = look.position.period
    period_s = (period.until_ns - period.start_ns) / NS_PER_S
    long_s = policy.budget_window_s or period_s / _PERIOD_SHARE
    if policy.budget_window_s is None:
        longer = (long_s * times for times in _LONGER)
        long_s = next((s for s in longer if look.window(round(s * NS_PER_S))[1].lines >= _ENOUGH), long_s * _LONGER[-1])
    return Window(float(MATERIAL), long_s, long_s / _SHORT_SHARE)


def _words(policy: RoutePolicy, look: Look) -> dict[str, str | None] | None:
    """The requests of the route that the budget pays for; None where these two have nothing in common."""
    scope = look.position.budget.scope
    own = {word: value for word, value in (("route", policy.route), ("tenant", policy.tenant)) if value is not None}
    if any(scope.get(word, value) != value for word, value in own.items()):
        return None
    return {word: own.get(word, scope.get(word)) for word in REQUEST_WORDS}


def _level(look: Look) -> str | None:
    return look.position.budget.level(look.position.committed_usd)


def _reached(look: Look, level: str) -> bool:
    budget = look.position.budget
    return look.position.committed_usd >= budget.levels[level] * budget.amount_usd
