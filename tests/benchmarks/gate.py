"""How often does the evaluation gate refuse a change that changed nothing, and how large a loss does it see?

``python -m tests.benchmarks.gate [comparisons]``. Pairs of runs are drawn from systems of known quality: each item
succeeds with a probability of its own, five metrics depend on it, and the same system asked twice answers differently.
Beside the gate stand a threshold on means (a drop of 0.05 in any metric) and any drop at all.
"""

import sys
import time
from collections import Counter
from dataclasses import dataclass

from scipy.stats import binomtest

from analytics.evaluation.gate import Verdict, gated
from analytics.evaluation.settings import GateSettings
from tests.analytics.evaluation.twins import twin_runs

COMPARISONS = 400
SIZES = (30, 60, 100, 300)
LOSSES = (0.0, 0.05, 0.1, 0.2)
THRESHOLD = 0.05
ROUNDS = 999


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of comparisons of one size and loss."""

    verdicts: Counter[Verdict]
    by_threshold: int
    by_any_drop: int


def tally(items: int, loss: float, comparisons: int) -> Tally:
    """Compare as often as asked, each time with other chance."""
    verdicts: Counter[Verdict] = Counter()
    by_threshold = by_any_drop = 0
    for seed in range(comparisons):
        baseline, candidate = twin_runs(items, seed, loss=loss)
        found = gated(baseline, candidate, (), GateSettings(seed=seed, rounds=ROUNDS))
        verdicts[found.verdict] += 1
        worst = min(ruling.metric.difference or 0.0 for ruling in found.rulings)
        by_threshold += worst < -THRESHOLD
        by_any_drop += worst < 0
    return Tally(verdicts, by_threshold, by_any_drop)


def main() -> None:
    """Print one row for each size and loss."""
    comparisons = int(sys.argv[1]) if len(sys.argv) > 1 else COMPARISONS
    began = time.process_time()
    print(f"{comparisons} comparisons each, five metrics, level 0.05, noticed 0.1\n")
    print("| items | loss | refuse | 95 % interval | unproven | pass | drop of 0.05 | any drop |")
    print("|---|---|---|---|---|---|---|---|")
    for items in SIZES:
        for loss in LOSSES:
            print(_row(items, loss, comparisons), flush=True)
    print(f"\n{time.process_time() - began:.0f} s of CPU")


def _row(items: int, loss: float, comparisons: int) -> str:
    found = tally(items, loss, comparisons)
    refused = found.verdicts[Verdict.REFUSE]
    sure = binomtest(refused, comparisons).proportion_ci(method="exact")
    others = [found.verdicts[Verdict.UNPROVEN], found.verdicts[Verdict.PASS], found.by_threshold, found.by_any_drop]
    shares = " | ".join(f"{one / comparisons:.3f}" for one in others)
    return f"| {items} | {loss:g} | {refused / comparisons:.3f} | {sure.low:.3f} .. {sure.high:.3f} | {shares} |"


if __name__ == "__main__":
    main()
