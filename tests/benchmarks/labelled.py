"""How well are labelled events found at the default setting and the fixed threshold of 0.5?

Our own generator, which nothing was fitted to: two weeks of five-minute values of eight shapes, and in the second week
three events each, of a kind: one value off by 10 spreads (up, down), 36 values 4 spreads higher, a rise to 5 spreads
within 72 values, noise four times as large for 36, a value that stands still for 72, a loss to zero for 36. Labels are
the rows of the events. Of all but heavy tails and counts a spread is that of the noise; real series may be harder.

Told is, over all streams: the AUC of the scores (the probability that a labelled row scores higher than one that is
not, ties half), the share of events with an alarm in their rows or the 24 after, the share of alarms that are of an
event, and F1 of the two. Beside it a rolling z-score (mean and spread of the day before), an alarm from 3 and from 5
on, one alarm for as many rows as ours rests.

Run as ``python -m tests.benchmarks.labelled [streams]``.
"""

import sys
from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from scipy.stats import rankdata

from analytics.anomalies.detector import ALARM, Detector
from tests.analytics.anomalies.figures import ROW_S, SHAPES

_DAY = 288
_ROWS, _FROM, _APART, _AFTER, _REST = 14 * _DAY, 7 * _DAY, 3 * _DAY // 2, 24, 100
_EVENTS = 3
_SEED = 4_000
SPREADS: Mapping[str, float] = {
    "normal": 1.0,
    "heavy tails": 1.7,
    "many a row": 7.1,
    "days and weekends": 5.0,
    "counts by day": 4.5,
    "hanging together": 2.3,
    "mean of few": 1.0,
    "p95 of thirty": 0.6,
}
"""Spread of what nobody can know ahead, by shape."""
_Event = Callable[[np.ndarray, float, np.random.Generator], np.ndarray]


class Kind(NamedTuple):
    """What happens, and for how many rows."""

    rows: int
    happen: _Event


KINDS: Mapping[str, Kind] = {
    "up": Kind(1, lambda values, spread, _: values + 10 * spread),
    "down": Kind(1, lambda values, spread, _: values - 10 * spread),
    "higher": Kind(36, lambda values, spread, _: values + 4 * spread),
    "rising": Kind(72, lambda values, spread, _: values + 5 * spread * np.arange(72) / 72),
    "noisy": Kind(36, lambda values, spread, chance: values + chance.normal(0, 4 * spread, 36)),
    "standing still": Kind(72, lambda values, _, __: np.full(72, values[0])),
    "lost": Kind(36, lambda values, _, __: np.zeros_like(values)),
}
Scores = np.ndarray


class Found(NamedTuple):
    """What one tool made of some streams."""

    auc: float
    recall: float
    precision: float

    @property
    def f1(self) -> float:
        """Harmonic mean of the shares of events found and of alarms that are right."""
        both = self.recall + self.precision
        return 2 * self.recall * self.precision / both if both else 0.0


def _auc(scores: Scores, labelled: np.ndarray) -> float:
    ranks, positive = rankdata(scores), int(labelled.sum())
    above = float(ranks[labelled].sum()) - positive * (positive + 1) / 2
    return above / (positive * (len(scores) - positive))


def _ours(values: np.ndarray) -> Scores:
    update = Detector().update
    return np.array([update(row * ROW_S, value).score for row, value in enumerate(values.tolist())])


def _z_scores(values: np.ndarray) -> Scores:
    """How many spreads a value is from the mean of the day before it."""
    sums = np.cumsum(np.r_[[[0.0, 0.0]], np.c_[values, values**2]], axis=0)
    known = (sums[_DAY:-1] - sums[: -_DAY - 1]) / _DAY
    spread = np.sqrt(np.maximum(known[:, 1] - known[:, 0] ** 2, 1e-12))
    return np.r_[np.zeros(_DAY), np.abs(values[_DAY:] - known[:, 0]) / spread]


TOOLS: Mapping[str, tuple[Callable[[np.ndarray], Scores], float]] = {
    "ours": (_ours, ALARM),
    "z-score, 3": (_z_scores, 3.0),
    "z-score, 5": (_z_scores, 5.0),
}
"""How each scores a stream, and from which score on it is an alarm."""


def main() -> None:
    """Print a table by kind, and the sums by shape."""
    streams = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    print(__doc__.splitlines()[0], "\n")
    print("| event |" + "".join(f" {tool}: AUC | found | right | F1 |" for tool in TOOLS))
    print("|---|" + "---|---|---|---|" * len(TOOLS))
    made = {
        kind: [_stream(shape, kind, seed) for shape in SPREADS for seed in range(_SEED, _SEED + streams)]
        for kind in KINDS
    }
    scored = {
        kind: {tool: [score(v) for v, _ in of] for tool, (score, _) in TOOLS.items()} for kind, of in made.items()
    }
    for kind in KINDS:
        _row(kind, made[kind], scored[kind])
    everything = {tool: [one for kind in KINDS for one in scored[kind][tool]] for tool in TOOLS}
    whole = [one for kind in KINDS for one in made[kind]]
    _row("all", whole, everything)
    for place, shape in enumerate(SPREADS):
        of_shape = [k * streams * len(SPREADS) + place * streams + n for k in range(len(KINDS)) for n in range(streams)]
        chosen = {tool: [scores[at] for at in of_shape] for tool, scores in everything.items()}
        _row(f"all of {shape}", [whole[at] for at in of_shape], chosen)


def _row(name: str, made: list[tuple[np.ndarray, np.ndarray]], scored: Mapping[str, list[Scores]]) -> None:
    cells = ""
    for tool, (_, threshold) in TOOLS.items():
        found = measured([labels for _, labels in made], scored[tool], threshold)
        cells += f" {found.auc:.3f} | {found.recall:.2f} | {found.precision:.2f} | {found.f1:.2f} |"
    print(f"| {name} |{cells}")


def _stream(shape: str, kind: str, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Values, and the number of the event that each row is of, 0 where it is of none."""
    chance = np.random.default_rng([seed, list(SHAPES).index(shape), list(KINDS).index(kind), 7])
    values, labels = SHAPES[shape](chance, _ROWS), np.zeros(_ROWS, int)
    for event in range(_EVENTS):
        first = _FROM + event * (_ROWS - _FROM) // _EVENTS + int(chance.integers(_APART))
        rows = slice(first, first + KINDS[kind].rows)
        values[rows] = KINDS[kind].happen(values[rows].copy(), SPREADS[shape], chance)
        labels[rows] = event + 1
    return values, labels


def measured(labels: list[np.ndarray], scores: list[Scores], threshold: float) -> Found:
    """Measure a tool over some streams; the first week only teaches."""
    aucs, hit, right, alarmed = [], 0, 0, 0
    for of, said in zip(labels, scores, strict=True):
        aucs.append(_auc(said[_FROM:], of[_FROM:] > 0))
        rows = alarms(said, threshold)
        near = [_event(of, row) for row in rows]
        hit += len({event for event in near if event})
        right += sum(event > 0 for event in near)
        alarmed += len(rows)
    return Found(float(np.mean(aucs)), hit / (_EVENTS * len(labels)), right / alarmed if alarmed else 0.0)


def alarms(scores: Scores, threshold: float) -> list[int]:
    """Rows of the second week with an alarm; for a while after one there is no other."""
    found: list[int] = []
    for row in np.flatnonzero(scores >= threshold).tolist():
        if row >= _FROM and (not found or row - found[-1] > _REST):
            found.append(row)
    return found


def _event(labels: np.ndarray, row: int) -> int:
    """The event an alarm is of: one of its rows, or one that ended shortly before; 0: none."""
    return int(labels[max(0, row - _AFTER) : row + 1].max())


if __name__ == "__main__":
    main()
