"""Whose requests a stretch is about, and whose it is held against: pure, out of the journal's stretches."""

from collections.abc import Iterable, Sequence

from alerts.effects.figures import Concern
from alerts.effects.stretches import Stretch

_SHORTEST_NS, _LONGEST_NS = 3_600 * 10**9, 86_400 * 10**9
"""Of the time before."""
_LEAST_NS = 600 * 10**9
"""Of the time before that is left for a comparison; with less there is none."""


def own(stretch: Stretch, every: Sequence[Stretch], window: tuple[int, int]) -> Concern:
    """Requests of the scope; tenants stepped down by themselves meanwhile are counted with their own decision."""
    scope = stretch.scope
    apart: tuple[str, ...] = ()
    if scope.tenant is None:
        apart = _tenants(one for one in _meanwhile(every, window) if one.scope.route == scope.route)
    return Concern(
        *window,
        route=scope.route,
        tenant=scope.tenant,
        instead=str(stretch.instead_of),
        lower=tuple(str(tier) for tier in stretch.lower),
        apart=apart,
    )


def before(stretch: Stretch, until_ns: int) -> tuple[int, int] | None:
    """The time it is held against: as long as the stretch, an hour to a day, before anything burned; None: no such."""
    end_ns = stretch.down_since_ns - stretch.looked_back_ns
    length_ns = min(max(until_ns - stretch.start_ns, _SHORTEST_NS), _LONGEST_NS)
    start_ns = max(end_ns - length_ns, stretch.up_since_ns, 0)
    return (start_ns, end_ns) if end_ns - start_ns >= _LEAST_NS else None


def others(
    stretch: Stretch, every: Sequence[Stretch], span: tuple[int, int], window: tuple[int, int]
) -> Concern | None:
    """Who was not stepped down in all of a span: other tenants on the route, or else other routes; None: nobody is."""
    scope, down = stretch.scope, list(_meanwhile(every, span))
    on_route = [one for one in down if scope.route is None or one.scope.route in {None, scope.route}]
    if scope.tenant is not None and all(one.scope.tenant is not None for one in on_route):
        apart = tuple(sorted({scope.tenant, *_tenants(on_route)}))
        return Concern(*window, route=scope.route, tenant=None, instead=None, lower=(), apart=apart)
    if scope.route is None or any(one.scope.route is None for one in down):
        return None
    routes = tuple(sorted({scope.route, *(one.scope.route for one in down if one.scope.route is not None)}))
    return Concern(*window, route=None, tenant=None, instead=None, lower=(), routes_apart=routes, by_route=True)


def _meanwhile(every: Iterable[Stretch], window: tuple[int, int]) -> Iterable[Stretch]:
    start_ns, until_ns = window
    return [one for one in every if one.start_ns < until_ns and one.end_ns(until_ns) > start_ns]


def _tenants(found: Iterable[Stretch]) -> tuple[str, ...]:
    return tuple(sorted({one.scope.tenant for one in found if one.scope.tenant is not None}))
