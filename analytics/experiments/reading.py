"""What the store knows of experiments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from analytics.experiments.intervals import Sums
from analytics.experiments.units import Seen, Unit, randomised
from analytics.questions import Window
from collector.store import Store, queries_of

_QUERIES = queries_of("analytics.experiments")
_SUMS = tuple(one.name for one in fields(Sums))
Row = Mapping[str, Any]
Told = tuple[str, str]
"""A measure by its kind, and the name of an evaluation or outcome; '' without one."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an experiment in a window."""

    unit: Unit
    variants: Sequence[Row]
    sums: Mapping[Told, Mapping[str, Sums]]
    """By measure, then by variant."""


def seen(store: Store, window: Window) -> list[Row]:
    """Variants of experiments that spans named in a window."""
    found: list[Row] = store.run(_QUERIES["experiments_seen"], _bounds(window)).to_pylist()
    return found


def began_ns(store: Store, name: str) -> int | None:
    """When spans first named an experiment; None: none did."""
    (row,) = store.run(_QUERIES["experiment_began"], {"name": name}).to_pylist()
    found: int | None = row["began_ns"]
    return found


def known(store: Store, name: str, window: Window, unit: Unit | None) -> Known:
    """What requests of an experiment did; without a unit, by the widest that stays with one variant."""
    asked = {"name": name, **_bounds(window)}
    counted = _unit(store, asked) if unit is None else unit
    params = {**asked, "unit": str(counted)}
    sums: dict[Told, dict[str, Sums]] = {}
    for row in store.run(_QUERIES["experiment_sums"], params).to_pylist():
        told = sums.setdefault((row["measure"], row["name"]), {})
        told[row["variant"]] = Sums(**{name: float(row[name]) for name in _SUMS})
    return Known(counted, store.run(_QUERIES["experiment_variants"], params).to_pylist(), sums)


def _unit(store: Store, asked: Mapping[str, object]) -> Unit:
    rows = store.run(_QUERIES["experiment_units"], asked).to_pylist()
    found = [Seen(Unit(row["unit"]), row["requests"], row["returning"], row["mixed"]) for row in rows]
    whole = next((one.requests for one in found if one.unit is Unit.REQUEST), 0)
    return randomised(found, whole)


def _bounds(window: Window) -> dict[str, object]:
    return {"start_ns": window.start_ns, "until_ns": window.until_ns}
