"""May a change go ahead? Refused where it is shown to be worse, passed where it is shown not to be much worse.

Two amounts of loss decide, in units of the mean score (0..1):

    tolerated   a loss that is no reason to refuse; default 0
    noticed     a loss that a pass has to rule out; default 0.1

    refuse      for some metric, a loss beyond `tolerated` is shown (flips.py: the chance of refusing a change that made
                nothing worse is `level`, over all metrics together)
    pass        for every metric, a loss of `noticed` is ruled out with 1 - level (bounds.py). That every one has to
                pass needs no correction (intersection-union, Berger 1982)
    unproven    neither: too few items, too many without a score, or too much scatter; says what would do

So `pass` is a statement too, and "no significant difference" of ten items is none.

    exit status 0 pass, 1 refuse, 2 the input cannot be used, 3 unproven
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import ceil
from statistics import NormalDist

from analytics.evaluation.bounds import POWER, items_needed
from analytics.evaluation.comparing import Comparison, MetricComparison, Terms, compared
from analytics.evaluation.inputs import WrongInput
from analytics.evaluation.reasons import often
from analytics.evaluation.run import Run
from analytics.evaluation.settings import GateSettings, MetricSettings


class Verdict(StrEnum):
    """What the gate says, of a metric and of all of them."""

    PASS = "pass"  # noqa: S105 - a word, no password
    REFUSE = "refuse"
    UNPROVEN = "unproven"
    TOLD = "told"
    """Of a metric that does not gate."""


EXIT_STATUS: Mapping[Verdict, int] = {Verdict.PASS: 0, Verdict.REFUSE: 1, Verdict.UNPROVEN: 3}
WRONG_INPUT = 2


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the gate says of one metric, and why."""

    metric: MetricComparison
    noticed: float
    verdict: Verdict
    why: str


@dataclass(frozen=True, slots=True)
class Gate:
    """What the gate says of a change."""

    comparison: Comparison
    settings: GateSettings
    rulings: tuple[Ruling, ...]

    @property
    def verdict(self) -> Verdict:
        """Refused by one, passed by all that gate, else unproven."""
        found = {ruling.verdict for ruling in self.rulings}
        if Verdict.REFUSE in found:
            return Verdict.REFUSE
        return Verdict.UNPROVEN if Verdict.UNPROVEN in found else Verdict.PASS

    @property
    def exit_status(self) -> int:
        """For CI."""
        return EXIT_STATUS[self.verdict]


def gated(baseline: Run, candidate: Run, metrics: Iterable[MetricSettings], settings: GateSettings) -> Gate:
    """Compare two runs and rule; raises :class:`WrongInput` when they cannot be compared, or nothing gates."""
    by_name = {one.label: one for one in metrics}
    terms = {name: Terms(settings.of(one)[0], one.gates) for name, one in by_name.items()}
    comparison = compared(baseline, candidate, terms, settings)
    old = {one.name for one in baseline.metrics}
    rulings = []
    for one in comparison.metrics:
        noticed = settings.of(by_name[one.name])[1] if one.name in by_name else settings.noticed
        gates = one.name in old and (one.name not in by_name or by_name[one.name].gates)
        rulings.append(_ruling(one, noticed, settings, _missing(comparison, one.name), gates=gates))
    if all(ruling.verdict is Verdict.TOLD for ruling in rulings):
        raise WrongInput("no metric of the baseline gates; expected one at least, with `gates` left out or true")
    return Gate(comparison, settings, tuple(rulings))


def _missing(comparison: Comparison, metric: str) -> str:
    """Why items have no score, as the runs tell it."""
    items = (*comparison.baseline.items, *comparison.candidate.items)
    told = often(item.unscored[metric] for item in items if metric in item.unscored)
    return f"; {told}" if told else ""


def _ruling(metric: MetricComparison, noticed: float, settings: GateSettings, missing: str, *, gates: bool) -> Ruling:
    verdict, why = _verdict(metric, noticed, settings, missing) if gates else (Verdict.TOLD, "it does not gate")
    return Ruling(metric, noticed, verdict, why)


def _verdict(metric: MetricComparison, noticed: float, settings: GateSettings, missing: str) -> tuple[Verdict, str]:
    if metric.pairs == 0 or metric.adjusted_p_value is None or metric.difference is None or metric.loss_at_most is None:
        return Verdict.UNPROVEN, f"no item has a score on both sides{missing}"
    if metric.adjusted_p_value <= settings.level and metric.difference < -metric.tolerated:
        beyond = f" beyond the tolerated {metric.tolerated:g}" if metric.tolerated else ""
        return Verdict.REFUSE, f"worse by {-metric.difference:.3f}{beyond} (p = {metric.adjusted_p_value:.4f})"
    unpaired = metric.unpaired / (metric.pairs + metric.unpaired)
    if unpaired > settings.unscored:
        return (
            Verdict.UNPROVEN,
            f"{metric.unpaired} items lack a score on one side; at most {settings.unscored:.0%} may{missing}",
        )
    if metric.loss_at_most < noticed:
        return Verdict.PASS, f"a loss of {metric.loss_at_most:.3f} or more is ruled out"
    needed = _items(metric, noticed, settings)
    remedy = (
        f"about {needed} items would tell" if needed > metric.pairs else "ask each question several times: run.repeats"
    )
    return Verdict.UNPROVEN, f"a loss of {metric.loss_at_most:.3f} is possible; {remedy}"


def _items(metric: MetricComparison, noticed: float, settings: GateSettings) -> int:
    """How many items would rule the loss out of a candidate that is as good, in four of five comparisons."""
    normal = NormalDist()
    both = normal.inv_cdf(1 - settings.level) + normal.inv_cdf(POWER)
    by_spread = ceil((both * (metric.spread or 0.0) / noticed) ** 2)
    return max(items_needed(noticed, settings.level), by_spread)
