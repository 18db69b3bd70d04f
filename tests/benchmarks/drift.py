"""Does a verdict of drift hold what it promises, and how long do ten thousand streams take on one core?

Streams are seeded: a day of twelve blocks against the same of four weeks before, lognormal lengths of answers.
Clustered streams are minutes of ten requests that have something in common, as requests of one tenant or one bad minute
have: half of the variance is theirs. In growing ones there is three times as much traffic, of the same lengths, and in
a course of the day nights differ from days by a standard deviation. Of words there are eight, with shares that halve.

Asked is how often a window without drift is called drift: by the p-value here, by that of Kolmogorov and Smirnov over
requests, and by fixed thresholds of 0.1 on PSI, Jensen-Shannon distance (both on ten bins of the reference) and on
Wasserstein distance over standard deviation. Then, among 200 streams of which ten drifted by half a standard deviation,
how many discoveries are false and how many of the ten are found. Last, CPU seconds of verdicts on ten thousand streams,
of which a hundred drifted.

Run as ``python -m tests.benchmarks.drift [repeats]``.
"""

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import ks_2samp

from analytics.drift.effects import distance, jensen_shannon
from analytics.drift.judging import Verdict, judged, p_values
from analytics.drift.settings import DriftSettings
from analytics.drift.stream import Key, Stream, stream
from analytics.drift.windows import weekdays
from analytics.notation import NS_PER_S
from analytics.questions import Window

_DAY_NS = 86_400 * NS_PER_S
_LAYOUT = weekdays(Window(100 * _DAY_NS, 101 * _DAY_NS)).layout()
_REPEATS = 1_000
_STREAMS, _DRIFTED = 200, 10
_SHARES = np.exp2(-np.arange(1.0, 9.0))


@dataclass(frozen=True, slots=True)
class Shape:
    """How a stream comes about; ``n`` requests a day, on average."""

    name: str
    n: int
    cluster: int = 1
    growth: float = 1.0
    course: float = 0.0
    words: bool = False

    def requests(self, chance: np.random.Generator, shift: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
        """Blocks and figures of requests; the window is shifted by so many standard deviations."""
        here = _LAYOUT.current
        rate = self.n / self.cluster / 12 * np.where(here, self.growth, 1.0)
        block = np.repeat(np.arange(len(here)), chance.poisson(rate))
        common = chance.normal(size=len(block)) if self.cluster > 1 else np.zeros(len(block))
        block, common = np.repeat(block, self.cluster), np.repeat(common, self.cluster)
        if self.words:
            kept = chance.choice(8, size=len(block), p=_SHARES / _SHARES.sum())
            first = np.repeat(kept[:: self.cluster], self.cluster)
            same = chance.random(len(block)) < (0.5 if self.cluster > 1 else 0.0)
            moved = here[block] & (chance.random(len(block)) < shift / 5)
            return block, np.where(moved, 7, np.where(same, first, kept))
        own = chance.normal(size=len(block))
        spread = (common + own) / np.sqrt(2) if self.cluster > 1 else own
        daily = self.course * np.sin(_LAYOUT.stratum[block] / 12 * 2 * np.pi)
        return block, np.exp(4.6 + 0.6 * (spread + daily + shift * here[block]))


def streamed(shape: Shape, number: int, block: np.ndarray, figures: np.ndarray) -> Stream:
    """Put a stream together as it is read from a store."""
    if shape.words:
        return stream(Key("ended_as", "tenant", str(number)), _LAYOUT, block, figures, np.ones_like(block))
    cells = 16_384 + np.round(32 * np.log2(figures)).astype(np.int64)
    return stream(Key("output_tokens", "tenant", str(number)), _LAYOUT, block, cells, np.ones_like(block))


def main() -> None:
    """Print three tables."""
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else _REPEATS
    print(__doc__.splitlines()[0], "\n")
    _steady(repeats)
    _discoveries(max(5, repeats // 20))
    _time()


def _steady(repeats: int) -> None:
    print("| without drift | n | p < 0.05 | p < 0.01 | KS p < 0.05 | PSI > 0.1 | JS > 0.1 | W1 / sigma > 0.1 |")
    print("|---|---|---|---|---|---|---|---|")
    sizes = [Shape("lognormal", n) for n in (50, 100, 200, 1_000)] + [Shape("clustered", n, 10) for n in (200, 1_000)]
    others = [Shape("growing", 200, growth=3.0), Shape("growing, clustered", 1_000, 10, 3.0)]
    daily = [Shape("course of the day", 1_000, course=1.0), Shape("words", 200, words=True)]
    for shape in (*sizes, *others, *daily, Shape("words, clustered", 1_000, 10, words=True)):
        chance = np.random.default_rng([shape.n, shape.cluster, len(shape.name)])
        drawn = [shape.requests(chance) for _ in range(repeats)]
        p = p_values([streamed(shape, i, *one) for i, one in enumerate(drawn)], 1.0, chance)
        fixed = [] if shape.words else [[test(*one) for one in drawn] for test in _FIXED]
        shares = [np.mean(p < 0.05), np.mean(p < 0.01), *map(np.mean, fixed)]
        cells = [f"{one:.3f}" for one in shares] + ["-"] * (6 - len(shares))
        print(f"| {shape.name} | {shape.n:,} | {' | '.join(cells)} |", flush=True)
    print()


def _sides(block: np.ndarray, figures: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    here = _LAYOUT.current[block]
    return figures[~here], figures[here]


def _ks(block: np.ndarray, figures: np.ndarray) -> bool:
    return bool(ks_2samp(*_sides(block, figures)).pvalue < 0.05)


def _binned(block: np.ndarray, figures: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    before, since = _sides(block, figures)
    edges = np.quantile(before, np.linspace(0, 1, 11)[1:-1])
    return tuple(np.bincount(np.searchsorted(edges, one), minlength=10) for one in (before, since))  # type: ignore[return-value]  # two of them


def _psi(block: np.ndarray, figures: np.ndarray) -> bool:
    p, q = ((one + 1e-4) / (one + 1e-4).sum() for one in _binned(block, figures))
    return bool(((q - p) * np.log(q / p)).sum() > 0.1)


def _js(block: np.ndarray, figures: np.ndarray) -> bool:
    return jensen_shannon(*_binned(block, figures)) > 0.1


def _w1(block: np.ndarray, figures: np.ndarray) -> bool:
    before, since = _sides(block, np.log2(figures))
    places = np.unique(np.concatenate([before, since]))
    counts = [np.bincount(np.searchsorted(places, one), minlength=len(places)) for one in (before, since)]
    return distance(*counts, places) > 0.1


_FIXED: Sequence[Callable[[np.ndarray, np.ndarray], bool]] = (_ks, _psi, _js, _w1)


def _discoveries(repeats: int) -> None:
    rules = ("verdict", "p < 0.05", "KS p < 0.05", "PSI > 0.1", "JS > 0.1", "W1 / sigma > 0.1")
    print(f"| {_STREAMS} streams, {_DRIFTED} drifted | n | {' | '.join(rules)} |")
    print(f"|---|---|{'---|' * len(rules)}")
    for shape in (
        Shape("lognormal", 100),
        Shape("lognormal", 200),
        Shape("clustered", 1_000, 10),
        Shape("words", 500, words=True),
    ):
        chance = np.random.default_rng([7, shape.n, shape.cluster])
        found = np.array([_called(shape, chance) for _ in range(repeats)])
        false = (found[:, :, _DRIFTED:].sum(axis=2) / np.maximum(1, found.sum(axis=2))).mean(axis=0)
        power = found[:, :, :_DRIFTED].mean(axis=(0, 2))
        cells = [f"{one:.1%} false, power {other:.2f}" for one, other in zip(false, power, strict=True)]
        cells += ["-"] * (len(rules) - len(cells))
        print(f"| {shape.name} | {shape.n:,} | {' | '.join(cells)} |", flush=True)
    print()


def _called(shape: Shape, chance: np.random.Generator) -> np.ndarray:
    """Which streams each rule calls drift: rules x streams."""
    drawn = [shape.requests(chance, 0.5 if i < _DRIFTED else 0.0) for i in range(_STREAMS)]
    verdicts = judged([streamed(shape, i, *one) for i, one in enumerate(drawn)], DriftSettings(), chance)
    ours = [
        [one.verdict is Verdict.DRIFTED for one in verdicts],
        [one.p_value is not None and one.p_value < 0.05 for one in verdicts],
    ]
    return np.array([*ours, *([] if shape.words else [[test(*one) for one in drawn] for test in _FIXED])])


def _time() -> None:
    shape, chance = Shape("clustered", 500, 10), np.random.default_rng(3)
    drawn = [shape.requests(chance, 1.0 if i < 100 else 0.0) for i in range(10_000)]
    streams = [streamed(shape, i, *one) for i, one in enumerate(drawn)]
    began_s = time.process_time()
    found = judged(streams, DriftSettings(), chance)
    spent_s = time.process_time() - began_s
    drifted = np.array([one.verdict is Verdict.DRIFTED for one in found])
    print("| streams | drifted | found | false | CPU seconds |\n|---|---|---|---|---|")
    print(f"| 10,000 | 100 | {drifted[:100].sum()} | {drifted[100:].sum()} | {spent_s:.1f} |")


if __name__ == "__main__":
    main()
