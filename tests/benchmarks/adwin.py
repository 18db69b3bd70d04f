"""ADWIN of river over streams that are handed in, for ``delays.py``; runs in an environment of its own.

``python adwin.py asked.npz told.npz``: ``calm_NAME`` are rows of streams without change and ``false_NAME`` how many
false alarms there may be in them; ``moved_NAME`` are streams that change, and ``change_NAME`` where. Back come
``first_NAME``, the first alarm of each from its change on or -1, with the threshold set on the calm streams of the same
name, and ``one_NAME`` with one threshold for all.
"""

import importlib
import sys
from collections.abc import Sequence

import numpy as np

_HIGHEST_POWER = 200.0
_HALVINGS = 14


def told(asked: str, answer: str) -> None:
    """Set thresholds, then look for changes."""
    given = np.load(asked)
    names = [key.removeprefix("calm_") for key in given.files if key.startswith("calm_")]
    calm = {name: given[f"calm_{name}"].tolist() for name in names}
    false = {name: int(given[f"false_{name}"]) for name in names}
    one = _power([row for name in names for row in calm[name]], sum(false.values()))
    found = {}
    for name in names:
        own, change = _power(calm[name], false[name]), int(given[f"change_{name}"])
        moved = given[f"moved_{name}"].tolist()
        found[f"first_{name}"] = np.array([_first(row, own, change) for row in moved])
        found[f"one_{name}"] = np.array([_first(row, one, change) for row in moved])
    np.savez(answer, **found)


def _power(calm: Sequence[Sequence[float]], most: int) -> float:
    """The least power of ten of 1 / delta with that many false alarms at most."""
    low, high = 0.0, _HIGHEST_POWER
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if sum(len(_alarms(row, middle)) for row in calm) <= most else (middle, high)
    return high


def _first(values: Sequence[float], power: float, change: int) -> int:
    return next((row for row in _alarms(values, power) if row >= change), -1)


def _alarms(values: Sequence[float], power: float) -> list[int]:
    detector = importlib.import_module("river.drift").ADWIN(delta=min(10**-power, 1 - 1e-9), clock=1)
    found = []
    for row, value in enumerate(values):
        detector.update(value)
        if detector.drift_detected:
            found.append(row)
    return found


if __name__ == "__main__":
    told(*sys.argv[1:3])
