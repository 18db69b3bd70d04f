"""How often does the interval of a downgrade's effect hold the true one, and how often is one seen where there is none?

``python -m tests.benchmarks.effects [worlds]``. Requests are drawn with an effect that is built in: on latency with a
long tail, on scores, on failures; with a level of its own for every part of the time and every tenant, and with a
change that happens to everybody where the time before is what it is held against. Beside it stands what does not draw
parts or tenants but requests (Welch's interval of two means).
"""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt

from scipy.stats import binomtest

from alerts.effects.before import Times, against_before
from alerts.effects.comparing import Arm, Change, Verdict, same_time
from tests.alerts.effects.worlds import failing, good, often, quick, same_hour, skewed, true_change, two_times

WORLDS = 1_000
_Z = 1.959964


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of world: how to draw it, its truth, how to judge it, and the two means a naive look would compare."""

    name: str
    drawn: Callable[[int], tuple[Change, Arm, Arm]]
    truth: float


def _same(name: str, draw: Callable[..., object], effect: float, **more: object) -> Row:
    def drawn(seed: int) -> tuple[Change, Arm, Arm]:
        lower, better = same_hour(seed, effect, draw=draw, **more)
        return same_time(lower, better, seed), lower, better

    return Row(name, drawn, effect)


def _before(name: str, draw: Callable[..., object], span: tuple[float, float], effect: float) -> Row:
    def drawn(seed: int) -> tuple[Change, Arm, Arm]:
        times: Times = two_times(seed, draw=draw, before=span[0], after=span[1], effect=effect)
        return against_before(times, seed, factor=draw is quick), times.after, times.before

    return Row(name, drawn, float(true_change(draw, span[1], effect)))


ROWS = (
    _same("latency, none", skewed, 0.0, wave=1.0),
    _same("latency, 64 tenants, none", skewed, 0.0, wave=1.0, tenants=64),
    _same("latency, 64 tenants", skewed, 0.3, wave=1.0, tenants=64),
    _same("scores, none", often, 0.0),
    _same("scores", often, 0.1),
    _same("rare failures, none", failing, 0.0, requests=300),
    _same("failures", failing, 0.02),
    _before("latency, slower for all, none", quick, (100.0, 150.0), 1.0),
    _before("latency, slower for all", quick, (100.0, 150.0), 0.7),
    _before("scores, worse for all, none", good, (0.8, 0.7), 0.0),
    _before("scores, worse for all", good, (0.8, 0.7), -0.1),
)


def main() -> None:
    """Print one row for each kind of world."""
    worlds = int(sys.argv[1]) if len(sys.argv) > 1 else WORLDS
    began = time.process_time()
    print(f"{worlds} worlds each; nominal 95 %\n")
    print("| world | holds the truth | 95 % interval | says a change | of two plain means |")
    print("|---|---|---|---|---|")
    for row in ROWS:
        held = seen = naive = 0
        for seed in range(worlds):
            found, lower, other = row.drawn(seed)
            held += found.low is not None and found.high is not None and found.low <= row.truth <= found.high
            seen += found.verdict in {Verdict.HIGHER, Verdict.LOWER}
            naive += _plain(lower, other, row.truth)
        ends = binomtest(held, worlds).proportion_ci()
        print(
            f"| {row.name} | {held / worlds:.1%} | {ends.low:.1%} to {ends.high:.1%} | {seen / worlds:.1%} "
            f"| {naive / worlds:.1%} |",
            flush=True,
        )
    print(f"\n{time.process_time() - began:.0f} s of CPU")


def _plain(lower: Arm, other: Arm, truth: float) -> bool:
    """Whether the interval of two means of independent requests holds the truth."""
    apart = lower.mean - other.mean
    variance = sum(max(0.0, arm.xx.sum() / arm.count - arm.mean**2) / arm.count for arm in (lower, other))
    return bool(abs(apart - truth) <= _Z * sqrt(variance))


if __name__ == "__main__":
    main()
