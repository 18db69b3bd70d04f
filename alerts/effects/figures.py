"""The sums behind an effect, out of the store, as arrays of blocks of time by tenants."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from alerts.effects.comparing import Arm, Floats
from alerts.effects.stretches import Stretch
from collector.store import Store, queries_of

QUERIES = queries_of("alerts.effects")
TENANTS = 64
BLOCKS = 240
_SHORTEST_NS = 10 * 10**9
"""Of a block of time: requests take seconds."""
LOWER, BETTER, OTHER = "lower", "better", "other"
FIGURES: Mapping[str, tuple[str, str, str]] = {
    "error_ratio": ("requests", "errors", "errors"),
    "latency_ms": ("requests", "latency_ms", "latency_square"),
    "cost_usd": ("priced", "cost", "cost_square"),
}
"""Of every figure about requests themselves: the columns of how many, of their sum, and of their squares."""


@dataclass(frozen=True, slots=True)
class Concern:
    """Whose requests, and when."""

    start_ns: int
    until_ns: int
    stretch: Stretch
    apart: tuple[str, ...] = ()
    """Tenants that are left out, because a decision of their own was in force."""

    @property
    def block_ns(self) -> int:
        """Length of a block of time."""
        return max(_SHORTEST_NS, -(-(self.until_ns - self.start_ns) // BLOCKS))

    @property
    def params(self) -> dict[str, object]:
        """As parameters of a query."""
        return {
            "start_ns": self.start_ns,
            "until_ns": self.until_ns,
            "block_ns": self.block_ns,
            "route": self.stretch.scope.route,
            "tenant": self.stretch.scope.tenant,
            "apart": list(self.apart),
            "instead": str(self.stretch.instead_of),
            "lower": [str(tier) for tier in self.stretch.lower],
        }


@dataclass(frozen=True, slots=True)
class Sides:
    """What a window holds, side by side."""

    requests: Mapping[str, int]
    """How many, by side."""
    figures: Mapping[str, Mapping[str, Arm]]
    """By figure and side."""


def sides(store: Store, concern: Concern) -> Sides:
    """Ask for the requests of a window."""
    found = _by_side(store.run(QUERIES["effect_requests"], concern.params).to_pydict())
    blocks = -(-(concern.until_ns - concern.start_ns) // concern.block_ns)
    return Sides(
        {side: int(sum(columns["requests"])) for side, columns in found.items()},
        {
            name: {side: _arm(columns, parts, blocks) for side, columns in found.items() if side != OTHER}
            for name, parts in FIGURES.items()
        },
    )


def _by_side(columns: Mapping[str, Sequence[Any]]) -> dict[str, dict[str, list[Any]]]:
    """Rows apart by side; the two that are compared are always there."""
    names = [name for name in columns if name != "side"]
    found: dict[str, dict[str, list[Any]]] = {side: {name: [] for name in names} for side in (LOWER, BETTER, OTHER)}
    for place, side in enumerate(columns["side"]):
        for name in names:
            found[side][name].append(columns[name][place])
    return found


def _arm(columns: Mapping[str, Sequence[Any]], parts: tuple[str, str, str], blocks: int) -> Arm:
    at = np.array(columns["block_number"], np.int64), np.array(columns["tenant_number"], np.int64)

    def grid(name: str) -> Floats:
        cells = np.zeros((blocks, TENANTS))
        np.add.at(cells, at, np.array(columns[name], np.float64))
        return cells

    return Arm(*map(grid, parts))
