"""What the downgrades of a month saved and cost: sums of their effects.

Money adds up exactly. Of changes the estimates are added, and the squares of how far their intervals reach: they are
about different requests, so they stray apart from each other.
"""

from collections.abc import Sequence
from decimal import Decimal
from math import sqrt
from typing import NamedTuple

from alerts.effects.answers import total
from alerts.effects.effect import Effect
from alerts.effects.figures import Name
from alerts.effects.kept import settled
from alerts.effects.shapes import MonthRow, TotalAnswer
from alerts.effects.stretches import month_of


class _Key(NamedTuple):
    month: str
    route: str | None
    tenant: str | None


def month_rows(effects: Sequence[Effect]) -> list[MonthRow]:
    """One row a month and scope, the newest month first."""
    groups: dict[_Key, list[Effect]] = {}
    for one in effects:
        scope = one.stretch.scope
        groups.setdefault(_Key(month_of(one.stretch.start_ns), scope.route, scope.tenant), []).append(one)
    ordered = sorted(groups, key=lambda key: (key.route or "", key.tenant or ""))
    return [_row(key, groups[key]) for key in sorted(ordered, key=lambda key: key.month, reverse=True)]


def _row(key: _Key, group: Sequence[Effect]) -> MonthRow:
    money = [one.saved for one in group]
    known = sum(one.known for one in money)
    degraded = sum(one.lower_requests for one in group)
    cost_usd, instead_usd = (
        sum((getattr(one, name) for one in money), Decimal(0)) for name in ("cost_usd", "instead_usd")
    )
    return MonthRow(
        month=key.month,
        route=key.route,
        tenant=key.tenant,
        downgrades=len({one.stretch.down_since_ns for one in group}),
        settled=all(settled(one.stretch, one.judged_ns) for one in group),
        degraded_requests=degraded,
        saved_usd=instead_usd - cost_usd if known or not degraded else None,
        cost_usd=cost_usd,
        instead_usd=instead_usd,
        unknown_requests=sum(one.requests - one.known for one in money),
        totals=tuple(_totals(group)),
    )


def _totals(group: Sequence[Effect]) -> list[TotalAnswer]:
    names = dict.fromkeys(figure.name for one in group for figure in one.figures)
    found = (_total(name, group) for name in names)
    return [one for one in found if one is not None]


def _total(name: Name, group: Sequence[Effect]) -> TotalAnswer | None:
    amounts = [
        (one.lower_requests, amount)
        for one in group
        for figure in one.figures
        if figure.name == name and (amount := total(one, figure)) is not None
    ]
    if not amounts:
        return None
    sum_of = sum(middle for _, (middle, _, _) in amounts)
    below = sqrt(sum((middle - low) ** 2 for _, (middle, low, _) in amounts))
    above = sqrt(sum((high - middle) ** 2 for _, (middle, _, high) in amounts))
    return TotalAnswer(
        figure=name.figure,
        name=name.about,
        total=sum_of,
        total_low=sum_of - below,
        total_high=sum_of + above,
        known_requests=sum(count for count, _ in amounts),
    )
