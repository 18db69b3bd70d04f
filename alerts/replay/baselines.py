"""What others do, to compare with: nothing, a cap on the budget, and a threshold on five minutes."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from alerts.controller import Position
from alerts.policy import RoutePolicy, paging, steering
from alerts.replay.memory import Memory
from alerts.replay.steering import Move, Rules
from analytics.slo.arithmetic import burn_rate
from analytics.slo.burn import nanoseconds
from analytics.spending.pace import Look
from instrumentation.downgrade import Scope

FIVE_MINUTES_S = 300.0
TOO_FAST = 1.5
"""Spend of five minutes as a multiple of what is planned for them."""


class Nothing:
    """Serves everybody at the best tier."""

    def __init__(self, rules: Rules, memory: Memory) -> None:
        self.rules, self.memory = rules, memory
        self.rungs = dict.fromkeys((policy.scope for policy in rules.policies), 0)

    @property
    def positions(self) -> Mapping[Scope, Position]:
        """Where every scope stands now."""
        return {policy.scope: _whole(policy, self.rungs[policy.scope]) for policy in self.rules.policies}

    def look(self, at: datetime) -> Sequence[Move]:
        """Where each route ought to be; nowhere else than it is."""
        looks = {look.position.budget.name: look for look in self.memory.looks(nanoseconds(at))} if self.wanting else {}
        return [move for policy in self.rules.policies for move in self._moved(policy, looks, at)]

    wanting = False
    """Whether it looks at all."""

    def rung(self, policy: RoutePolicy, looks: Sequence[Look], at: datetime) -> tuple[int, str]:
        """The rung that a route ought to be on, and why."""
        del policy, looks, at
        return 0, ""

    def _moved(self, policy: RoutePolicy, looks: dict[str, Look], at: datetime) -> Iterator[Move]:
        found, why = self.rung(policy, [looks[name] for name in policy.budgets if name in looks], at)
        if found != self.rungs[policy.scope]:
            before, after = (_whole(policy, rung) for rung in (self.rungs[policy.scope], found))
            self.rungs[policy.scope] = found
            yield Move(at, policy.scope, before, after, f"{policy.name} goes to {after.tier}: {why}.")


class HardCap(Nothing):
    """The cheapest model as soon as a share of the amount is spent, until the next period, as LiteLLM's fallbacks."""

    wanting = True
    ratio = Decimal(1)
    """Share of the amount."""

    def rung(self, policy: RoutePolicy, looks: Sequence[Look], at: datetime) -> tuple[int, str]:
        """The lowest one with a model, or the best one."""
        del at
        spent = [
            look.position
            for look in looks
            if look.position.sums.cost_usd >= self.ratio * look.position.budget.amount_usd
        ]
        return (
            (policy.pace_floor, f"{spent[0].sums.cost_usd:.2f} USD are spent") if spent else (0, "a new period began")
        )


class EarlyCap(HardCap):
    """The same at four fifths of the amount."""

    ratio = Decimal("0.8")


class Naive(Nothing):
    """One tier down whenever five minutes burn too fast, one up whenever they do not."""

    wanting = True

    def rung(self, policy: RoutePolicy, looks: Sequence[Look], at: datetime) -> tuple[int, str]:
        """One more or one less than now."""
        now, last = self.rungs[policy.scope], len(policy.ladder) - 1
        if self._too_fast(looks) or self._burning(policy, at):
            return min(last, now + 1), "five minutes burn too fast"
        return max(0, now - 1), "five minutes are calm"

    def _too_fast(self, looks: Sequence[Look]) -> bool:
        for look in looks:
            start_ns, sums = look.window(round(FIVE_MINUTES_S * 1e9))
            planned = look.planned(start_ns)
            if planned > 0 and Fraction(sums.cost_usd) > Fraction(TOO_FAST) * planned:
                return True
        return False

    def _burning(self, policy: RoutePolicy, at: datetime) -> bool:
        """Whether an objective burns above the factor of its quickest row."""
        for objective in steering(policy, self.rules.objectives):
            rows = paging(objective)
            asked = (objective.objective_id, FIVE_MINUTES_S)
            burn = burn_rate(self.memory.window_counts([asked], at)[asked], objective.target)
            if rows and burn is not None and burn > objective.factor(rows[0]):
                return True
        return False


def _whole(policy: RoutePolicy, rung: int) -> Position:
    tier = policy.ladder[rung]
    return Position(tier, policy.above(tier))
