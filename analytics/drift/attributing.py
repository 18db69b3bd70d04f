"""Which changes of a service a drift may come from: those near its beginning that concern it, with the lag."""

from collections.abc import Iterable
from typing import NamedTuple

from analytics.changes.change import Change, Kind
from analytics.drift.stream import Key
from analytics.notation import NS_PER_HOUR, NS_PER_S

_BACK_NS = 24 * NS_PER_HOUR
"""A change explains what began within a day of it."""
_MOST = 3
"""Changes told of one drift."""
_NEVER = frozenset({Kind.OBJECTIVE})
"""What changes no answer."""


class Near(NamedTuple):
    """A change, and how long after it the drift began; negative where it is dated before."""

    change: Change
    lag_s: float


def near(key: Key, at_ns: int, doubt_ns: int, changes: Iterable[Change]) -> tuple[Near, ...]:
    """The changes a drift may come from, the nearest first: up to a day before, or after while its date is in doubt."""
    found = [
        Near(one, (at_ns - one.at_ns) / NS_PER_S)
        for one in changes
        if at_ns - _BACK_NS <= one.at_ns <= at_ns + doubt_ns and concerns(one, key)
    ]
    return tuple(sorted(found, key=lambda one: (abs(one.lag_s), one.change.change_id))[:_MOST])


def concerns(change: Change, key: Key) -> bool:
    """Whether a change can have moved what a stream is about."""
    if change.kind in _NEVER or (change.kind is Kind.PRICES and key.measure != "cost_usd"):
        return False
    if key.dimension == "model" and change.kind is Kind.MODEL:
        return change.name == key.value
    routes = change.routes if change.scope.route is None else (change.scope.route,)
    if key.dimension == "route" and routes is not None:
        return key.value in routes
    return key.dimension != "tenant" or change.scope.tenant in {None, key.value}
