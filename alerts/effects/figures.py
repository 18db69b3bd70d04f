"""The sums behind an effect, out of the store, as arrays of parts of the time by tenants or routes.

What they are of:

    error_ratio, latency_ms, cost_usd   of the requests themselves
    evaluation                          mean score, by name, of the requests that have one
    outcome_ratio, outcome_value        by name: how many of the requests it came of, and how much of it each; what was
                                        not told (yet) of a request did not come of it
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from alerts.effects.comparing import Arm, Floats
from collector.store import Store, queries_of

QUERIES = queries_of("alerts.effects")
GROUPS = 64
"""Tenants or routes are hashed to so many, as `concerned.sql` does; those that share one count as one."""
BLOCKS = 240
"""Parts of a window at most: of a day six minutes."""
_SHORTEST_NS = 10 * 10**9
"""Of a part of the time: requests take seconds."""
LOWER, BETTER, OTHER = "lower", "better", "other"
SIDES = (LOWER, BETTER, OTHER)
Columns = Mapping[str, Sequence[Any]]


class Name(NamedTuple):
    """A figure, and of what: the name of an evaluation or outcome."""

    figure: str
    about: str | None = None


_OWN = {
    Name("error_ratio"): ("requests", "errors", "errors"),
    Name("latency_ms"): ("requests", "latency_ms", "latency_square"),
    Name("cost_usd"): ("priced", "cost", "cost_square"),
}
"""The columns of how many say something, of their sum, and of the squares."""


@dataclass(frozen=True, slots=True)
class Concern:
    """Whose requests, and when."""

    start_ns: int
    until_ns: int
    route: str | None
    tenant: str | None
    instead: str | None
    """The better tier."""
    lower: tuple[str, ...]
    """The tiers below it; none: everything is on the side ``other``."""
    apart: tuple[str, ...] = ()
    """Tenants that are left out."""
    routes_apart: tuple[str, ...] = ()
    by_route: bool = False
    """Whether groups are routes; else tenants."""

    @property
    def block_ns(self) -> int:
        """Length of a part of the time."""
        return max(_SHORTEST_NS, -(-(self.until_ns - self.start_ns) // BLOCKS))

    @property
    def blocks(self) -> int:
        """How many there are."""
        return -(-(self.until_ns - self.start_ns) // self.block_ns)

    @property
    def params(self) -> dict[str, object]:
        """As parameters of a query."""
        names = ("start_ns", "until_ns", "block_ns", "route", "tenant", "instead", "by_route")
        lists = ("lower", "apart", "routes_apart")
        return {name: getattr(self, name) for name in names} | {name: list(getattr(self, name)) for name in lists}


@dataclass(frozen=True, slots=True)
class Sides:
    """What a window holds: by figure and side."""

    arms: Mapping[Name, Mapping[str, Arm]]

    def count(self, side: str) -> int:
        """Requests of a side."""
        return int(self.arms[Name("error_ratio")][side].count)

    def arm(self, name: Name, side: str) -> Arm | None:
        """One of them; None where nobody told it."""
        found = self.arms.get(name)
        return None if found is None else found[side]


def sides(store: Store, concern: Concern) -> Sides:
    """Ask for everything about the requests of a window."""
    asked, shape = concern.params, (concern.blocks, GROUPS)
    own = _by_side(store.run(QUERIES["effect_requests"], asked).to_pydict())
    arms = {name: {side: _arm(own[side], parts, shape) for side in SIDES} for name, parts in _OWN.items()}
    for about, told in _by_name(store.run(QUERIES["effect_evaluations"], asked).to_pydict()).items():
        parts = ("requests", "amount", "square")
        arms[Name("evaluation", about)] = {side: _arm(told[side], parts, shape) for side in SIDES}
    for about, told in _by_name(store.run(QUERIES["effect_outcomes"], asked).to_pydict()).items():
        came = {side: _arm(told[side], ("amount", "amount", "amount"), shape) for side in SIDES}
        worth = {side: _arm(told[side], ("amount", "value", "square"), shape) for side in SIDES}
        every = {side: arms[Name("error_ratio")][side].n for side in SIDES}
        arms[Name("outcome_ratio", about)] = {side: Arm(every[side], came[side].x, came[side].x) for side in SIDES}
        arms[Name("outcome_value", about)] = {side: Arm(every[side], worth[side].x, worth[side].xx) for side in SIDES}
    return Sides(arms)


def _by_name(columns: Columns) -> dict[str, dict[str, dict[str, list[Any]]]]:
    places: dict[str, list[int]] = {}
    for place, name in enumerate(columns["name"]):
        places.setdefault(name, []).append(place)
    rest = {key: values for key, values in columns.items() if key != "name"}
    return {
        name: _by_side({key: [values[place] for place in own] for key, values in rest.items()})
        for name, own in sorted(places.items())
    }


def _by_side(columns: Columns) -> dict[str, dict[str, list[Any]]]:
    """Rows apart by side; every side is there."""
    found: dict[str, dict[str, list[Any]]] = {side: {name: [] for name in columns} for side in SIDES}
    for place, side in enumerate(columns["side"]):
        for name, values in columns.items():
            found[side][name].append(values[place])
    return found


def _arm(columns: Columns, parts: tuple[str, str, str], shape: tuple[int, int]) -> Arm:
    at = np.array(columns["block_number"], np.int64), np.array(columns["group_number"], np.int64)

    def grid(name: str) -> Floats:
        cells = np.zeros(shape)
        np.add.at(cells, at, np.array(columns[name], np.float64))
        return cells

    return Arm(*map(grid, parts))
