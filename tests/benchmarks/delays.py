"""How soon does the detector see a change, beside ADWIN and CUSUM at as many false alarms?

Streams of five-minute values of five shapes; after 3,000 of them (7,000 where weekends differ) something changes: the
mean moves by 0.5, 1, 2 or 3 spreads or rises to 3 within 100 values, the spread trebles, or one value is 8 spreads off.
Told is the mean number of values until the first alarm, where what is not seen within 300 values counts as 300, and the
share that is seen; of a single value, the share that is seen in its own.

Ours is the default, one setting for every shape. ADWIN (of river) and CUSUM (Page 1954, two-sided, half a spread
allowed, told what 200 values say of mean and spread) have the threshold at which they raise as many false alarms as
ours on the same streams without change: first of all shapes together, as one setting has to, then fitted to each shape.

River runs in an environment of its own that uv makes; where that cannot be, its columns are left out and it is said.
Run with ``python -m tests.benchmarks.delays [streams]``.
"""

import copy
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from analytics.anomalies.detector import ALARM, Detector
from tests.analytics.anomalies.figures import ROW_S, SHAPES

RIVER = "river==0.26.1"
LONGEST = 300
_SCRIPT = Path(__file__).with_name("adwin.py")
_MOVED = ("normal", "heavy tails", "many a row", "days and weekends", "hanging together")
_ROWS, _CHANGE = 4_000, 3_000
_LEARNED = {"days and weekends": 4_000}
_BASELINE, _HALVINGS = 200, 16
Rows = np.ndarray


def _step(by: float) -> Callable[[Rows, float], Rows]:
    return lambda values, spread: values + by * spread


KINDS: Mapping[str, Callable[[Rows, float], Rows]] = {
    "mean by 0.5": _step(0.5),
    "mean by 1": _step(1),
    "mean by 2": _step(2),
    "mean by 3": _step(3),
    "ramp to 3": lambda values, spread: values + 3 * spread * np.minimum(np.arange(len(values)) / 100, 1),
    "noise x 3": lambda values, _: values.mean() + 3 * (values - values.mean()),
    "one value": lambda values, spread: values + 8 * spread * (np.arange(len(values)) == 0),
}
Firsts = Mapping[str, np.ndarray]
"""By shape: a row each kind of change, the values until the first alarm of each stream."""


def main() -> None:
    """Print one table."""
    streams = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    print(__doc__.splitlines()[0], "\n")
    calm = {shape: _made(shape, range(5_000, 5_000 + streams), _change(shape) + _ROWS - _CHANGE) for shape in _MOVED}
    false = {shape: sum(len(_ours(row)) for row in rows) for shape, rows in calm.items()}
    moved = {shape: _changed(shape, streams, float(np.std(calm[shape][:, -_ROWS:]))) for shape in _MOVED}
    found = {"ours": {shape: _by_us(moved[shape], _change(shape)) for shape in _MOVED}, **_by_cusum(calm, false, moved)}
    try:
        found |= _by_adwin(calm, false, moved)
    except (OSError, subprocess.CalledProcessError) as why:
        print(f"ADWIN IS NOT COMPARED: uv could not run {RIVER}: {why}\n")
    _table(found, false, streams)


def _change(shape: str) -> int:
    return _CHANGE + _LEARNED.get(shape, 0)


def _made(shape: str, seeds: Sequence[int], rows: int) -> Rows:
    return np.array([SHAPES[shape](np.random.default_rng(seed), rows) for seed in seeds])


def _changed(shape: str, streams: int, spread: float) -> Rows:
    """Streams that change: kinds x streams x values."""
    change = _change(shape)
    before = _made(shape, range(9_000, 9_000 + streams), change + LONGEST)
    if shape == "days and weekends":
        spread = 5.0  # of its noise; the day is no surprise to whoever knows it
    return np.array([[np.r_[row[:change], by(row[change:], spread)] for row in before] for by in KINDS.values()])


def _ours(values: Rows) -> list[int]:
    update = Detector().update
    return [row for row, value in enumerate(values.tolist()) if update(row * ROW_S, value).score >= ALARM]


def _by_us(moved: Rows, change: int) -> np.ndarray:
    found = np.empty(moved.shape[:2])
    for stream, before in enumerate(moved[0, :, :change].tolist()):
        known = Detector()
        for row, value in enumerate(before):
            known.update(row * ROW_S, value)
        for kind in range(len(moved)):
            update = copy.deepcopy(known).update
            rows = enumerate(moved[kind, stream, change:].tolist())
            alarms = (row for row, value in rows if update((change + row) * ROW_S, value).score >= ALARM)
            found[kind, stream] = next(alarms, LONGEST)
    return found


def _by_cusum(calm: Mapping[str, Rows], false: Mapping[str, int], moved: Mapping[str, Rows]) -> dict[str, Firsts]:
    one = _threshold([row for rows in calm.values() for row in rows.tolist()], sum(false.values()))
    own = {shape: _threshold(rows.tolist(), false[shape]) for shape, rows in calm.items()}

    def firsts(shape: str, threshold: float) -> np.ndarray:
        change = _change(shape)
        alarms = [[_cusum(row, threshold) for row in rows] for rows in moved[shape].tolist()]
        return np.array([[_first(rows, change) for rows in kind] for kind in alarms])

    return {
        "CUSUM": {shape: firsts(shape, one) for shape in moved},
        "CUSUM, fitted": {shape: firsts(shape, own[shape]) for shape in moved},
    }


def _first(alarms: Sequence[int], change: int) -> int:
    return next((row - change for row in alarms if row >= change), LONGEST)


def _threshold(calm: Sequence[Sequence[float]], most: int) -> float:
    low, high = 0.5, 1e4
    for _ in range(_HALVINGS):
        middle = (low * high) ** 0.5
        low, high = (low, middle) if sum(len(_cusum(row, middle)) for row in calm) <= most else (middle, high)
    return high


def _cusum(values: Sequence[float], threshold: float) -> list[int]:
    """Begins anew after an alarm."""
    known = np.asarray(values[:_BASELINE])
    mean, spread = float(known.mean()), float(known.std()) or 1.0
    up = down = 0.0
    found = []
    for row in range(_BASELINE, len(values)):
        z = (values[row] - mean) / spread
        up, down = max(0.0, up + z - 0.5), max(0.0, down - z - 0.5)
        if up > threshold or down > threshold:
            found.append(row)
            up = down = 0.0
    return found


def _by_adwin(calm: Mapping[str, Rows], false: Mapping[str, int], moved: Mapping[str, Rows]) -> dict[str, Firsts]:
    uv = os.environ.get("UV") or shutil.which("uv")
    if uv is None:
        raise FileNotFoundError("there is no uv on PATH")
    asked: dict[str, object] = {}
    for shape in moved:
        asked |= {f"calm_{shape}": calm[shape], f"false_{shape}": false[shape], f"change_{shape}": _change(shape)}
        asked[f"moved_{shape}"] = moved[shape].reshape(-1, moved[shape].shape[2])
    with tempfile.TemporaryDirectory() as folder:
        files = [str(Path(folder) / name) for name in ("asked.npz", "told.npz")]
        np.savez(files[0], **asked)  # type: ignore[arg-type]  # arrays and numbers by name
        command = [uv, "run", "--quiet", "--no-project", "--with", RIVER, "--with", "numpy", "python", str(_SCRIPT)]
        subprocess.run([*command, *files], check=True)  # noqa: S603 - our own script
        told = dict(np.load(files[1]))

    def firsts(kind: str, shape: str) -> np.ndarray:
        rows = told[f"{kind}_{shape}"].reshape(moved[shape].shape[:2])
        return np.where(rows < 0, LONGEST, rows - _change(shape))

    return {
        "ADWIN": {shape: firsts("one", shape) for shape in moved},
        "ADWIN, fitted": {shape: firsts("first", shape) for shape in moved},
    }


def _table(found: Mapping[str, Firsts], false: Mapping[str, int], streams: int) -> None:
    print(f"{streams} streams of each shape; false alarms of each in as many without change: {false}\n")
    print("| shape | what changes |" + "".join(f" {tool} |" for tool in found))
    print("|---|---|" + "---|" * len(found))
    for shape in _MOVED:
        for place, kind in enumerate(KINDS):
            print(f"| {shape} | {kind} |" + "".join(_cell(kind, one[shape][place]) for one in found.values()))
    whole = [kind != "one value" for kind in KINDS]
    means = [np.mean([one[shape][whole] for shape in _MOVED]) for one in found.values()]
    print("| all | what lasts |" + "".join(f" {mean:.0f} |" for mean in means))


def _cell(kind: str, firsts: np.ndarray) -> str:
    if kind == "one value":
        return f" {np.mean(firsts == 0):.0%} |"
    return f" {firsts.mean():.0f}, {np.mean(firsts < LONGEST):.0%} |"


if __name__ == "__main__":
    main()
