"""Reads the figures of a window out of the roll-ups, step by step."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from analytics.findings.measures import MEASURES, TOLD, figures_of, measure_of
from analytics.series import INPUT_CLASSES, OUTPUT_CLASSES
from collector.store import Store, queries_of

_QUERIES = queries_of("analytics.findings")


class Key(NamedTuple):
    """Which figure of whom."""

    measure: str
    dimension: str
    value: str


Figures = Mapping[Key, Mapping[int, float]]
"""By the number of the step since 1970."""


def figures(store: Store, first: int, until: int, step_s: int, *, per: Sequence[str], least: int) -> Figures:
    """Figures of the steps from ``first`` up to, not including, ``until``; a step without enough requests has none."""
    asked = {"start": instant(first * step_s), "until": instant(until * step_s), "step_s": step_s, "dimensions": [*per]}
    classes = {"input_classes": [*map(str, INPUT_CLASSES)], "output_classes": [*map(str, OUTPUT_CLASSES)]}
    found: dict[Key, dict[int, float]] = defaultdict(dict)
    for row in store.run(_QUERIES["finding_steps"], {**asked, **classes}).to_pylist():
        for measure, figure in figures_of(row, least):
            found[Key(measure, row["dimension"], row["value"])][row["step"]] = figure
    for row in store.run(_QUERIES["finding_told"], asked).to_pylist():
        told = TOLD + row["measure"]
        mean = measure_of(told).figure({"value": row["sum"], "events": row["events"]}, least)
        if mean is not None:
            found[Key(told, row["dimension"], row["value"])][row["step"]] = mean
    return found


def began(store: Store, since_s: int) -> int | None:
    """Since when, from an instant on, there is anything that figures are made of; None where there is nothing."""
    found: int | None = store.run(_QUERIES["finding_began"], {"start": instant(since_s)})["began_s"][0].as_py()
    return found


def busy(found: Figures) -> frozenset[int]:
    """Steps in which anything was served: only then is what did not cost anything a zero, and not unknown."""
    return frozenset(step for key, steps in found.items() if not _per_request(key) for step in steps)


def filled(key: Key, steps: Mapping[int, float], served: frozenset[int]) -> Mapping[int, float]:
    """The figures of a stream that was seen before, with zeros where others were served and it was not."""
    return steps if _per_request(key) else {**dict.fromkeys(served, 0.0), **steps}


def _per_request(key: Key) -> bool:
    measure = MEASURES.get(key.measure)
    return measure is None or measure.over is not None


def instant(seconds: int) -> datetime:
    """As the store has it: UTC without a zone."""
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
