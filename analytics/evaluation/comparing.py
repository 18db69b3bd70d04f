"""Two runs over the same golden set, item by item: what changed, by how much, and whether by more than chance.

Only pairs count: items that have a score on both sides. A run over another set, or a metric that means something else
now, is refused, because the difference would be that of the questions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from analytics.evaluation.bounds import detectable, loss_at_most
from analytics.evaluation.coins import Floats
from analytics.evaluation.flips import Flipped, flipped
from analytics.evaluation.golden import QuestionClass
from analytics.evaluation.inputs import WrongInput
from analytics.evaluation.mcnemar import worse_p_value
from analytics.evaluation.metrics import FIGURES, METRICS, Side
from analytics.evaluation.reasons import answered
from analytics.evaluation.run import Run, RunMetric
from analytics.evaluation.settings import GateSettings

_SHOWN_ITEMS = 10
_OF_WHAT_IS_THERE = frozenset(str(kind) for kind, about in METRICS.items() if about.of_what_is_there)


@dataclass(frozen=True, slots=True)
class ClassMeans:
    """A metric in one class of questions; told, not tested."""

    question_class: QuestionClass
    pairs: int
    baseline: float
    candidate: float


@dataclass(frozen=True, slots=True)
class MetricComparison:
    """One metric on both sides; what cannot be said of no pairs is None."""

    name: str
    side: Side
    yes_or_no: bool
    pairs: int
    unpaired: int
    """Items that should have a score and have none on one side."""
    tolerated: float
    baseline: float | None = None
    candidate: float | None = None
    difference: float | None = None
    """Of the means of the pairs; below 0 the candidate is worse."""
    lower: float | None = None
    upper: float | None = None
    """Interval of the difference: each end holds with 1 - level."""
    p_value: float | None = None
    """Of a loss beyond what is tolerated, by chance alone."""
    adjusted_p_value: float | None = None
    """The same with all metrics that gate looked at; None where it does not gate."""
    mcnemar_p_value: float | None = None
    """Of yes and no, without a tolerated loss."""
    loss_at_most: float | None = None
    """Holds with 1 - level, for any distribution of scores."""
    spread: float | None = None
    """Standard deviation of the differences of items."""
    detectable: float | None = None
    """The smallest loss that is found in four of five comparisons of so many items."""
    worse: int = 0
    better: int = 0
    """Items whose score fell, and rose."""
    worst_items: tuple[str, ...] = ()
    """Those that fell most, at most ten."""
    by_class: tuple[ClassMeans, ...] = ()


@dataclass(frozen=True, slots=True)
class FigureComparison:
    """Latency, length or number of documents: means of the pairs; told, not tested."""

    name: str
    unit: str
    pairs: int
    baseline: float
    candidate: float
    lower: float
    upper: float
    """Interval of the difference."""


@dataclass(frozen=True, slots=True)
class CostComparison:
    """What the answers cost, over the pairs that have a cost on both sides."""

    pairs: int
    baseline_usd: Decimal
    candidate_usd: Decimal


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything two runs say about each other."""

    baseline: Run
    candidate: Run
    items: int
    level: float
    metrics: tuple[MetricComparison, ...]
    figures: tuple[FigureComparison, ...]
    cost: CostComparison | None
    changed_answers: int
    """Items whose text is another one now."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a metric is compared by."""

    tolerated: float
    gates: bool


def compared(baseline: Run, candidate: Run, terms: Mapping[str, Terms], gate: GateSettings) -> Comparison:
    """Compare two runs; raises :class:`WrongInput` when they cannot be."""
    _comparable(baseline, candidate)
    ids = list(baseline.by_id)
    metrics = _metrics(baseline, candidate)
    of = {one.name: terms.get(one.name, Terms(gate.tolerated, gates=True)) for one in metrics}
    columns = {one.name: _differences(baseline, candidate, ids, one.name) for one in metrics}
    testable = [one for one in metrics if not np.isnan(columns[one.name]).all()]
    found = {
        **_tested([one for one in testable if not of[one.name].gates], columns, of, gate, together=False),
        **_tested([one for one in testable if of[one.name].gates], columns, of, gate, together=True),
    }
    told = _Told(baseline, candidate, ids, gate)
    return Comparison(
        baseline=baseline,
        candidate=candidate,
        items=len(ids),
        level=gate.level,
        metrics=tuple(told.metric(one, columns[one.name], of[one.name], found.get(one.name)) for one in metrics),
        figures=tuple(told.figures()),
        cost=told.cost(),
        changed_answers=sum(baseline.by_id[one].answer_sha256 != candidate.by_id[one].answer_sha256 for one in ids),
    )


def _comparable(baseline: Run, candidate: Run) -> None:
    if baseline.golden_sha256 != candidate.golden_sha256:
        raise WrongInput(
            f"baseline is over golden set {baseline.golden_sha256[:12]}, candidate over "
            f"{candidate.golden_sha256[:12]}; expected the same: run the baseline again over the present set"
        )
    if baseline.by_id.keys() != candidate.by_id.keys():
        raise WrongInput("the runs have different items; expected whole runs over one golden set")
    answered(baseline, "of the baseline: nothing is worse than that; make it again once the system answers")
    meant = {one.name: one.settings_sha256 for one in baseline.metrics}
    for one in candidate.metrics:
        if meant.get(one.name, one.settings_sha256) != one.settings_sha256:
            raise WrongInput(f"{one.name} is scored by other settings now; run the baseline again by the present ones")


def _metrics(baseline: Run, candidate: Run) -> Sequence[RunMetric]:
    return list({one.name: one for one in (*candidate.metrics, *baseline.metrics)}.values())


def _differences(baseline: Run, candidate: Run, ids: Sequence[str], name: str) -> Floats:
    was, now = baseline.by_id, candidate.by_id
    return np.array([now[one].scores.get(name, np.nan) - was[one].scores.get(name, np.nan) for one in ids])


def _tested(
    metrics: Sequence[RunMetric],
    columns: Mapping[str, Floats],
    of: Mapping[str, Terms],
    gate: GateSettings,
    *,
    together: bool,
) -> dict[str, tuple[Flipped, int]]:
    """Test metrics, those that gate as one family; each with its place in what was found."""
    families = [list(metrics)] if together else [[one] for one in metrics]
    found: dict[str, tuple[Flipped, int]] = {}
    for family in filter(None, families):
        tolerated = np.array([of[one.name].tolerated for one in family])
        table = np.column_stack([columns[one.name] for one in family])
        said = flipped(table, tolerated, level=gate.level, seed=gate.seed, flips=gate.rounds)
        found.update({one.name: (said, place) for place, one in enumerate(family)})
    return found


@dataclass(frozen=True, slots=True)
class _Told:
    baseline: Run
    candidate: Run
    ids: Sequence[str]
    gate: GateSettings

    def metric(
        self, about: RunMetric, column: Floats, terms: Terms, found: tuple[Flipped, int] | None
    ) -> MetricComparison:
        paired = ~np.isnan(column)
        differences = column[paired]
        missing = sum(self._missing(one, about) for one, there in zip(self.ids, paired, strict=True) if not there)
        bare = MetricComparison(about.name, about.side, about.yes_or_no, len(differences), missing, terms.tolerated)
        if found is None:
            return bare
        said, place = found
        kept = [one for one, there in zip(self.ids, paired, strict=True) if there]
        was, now = self._scores(self.baseline, kept, about.name), self._scores(self.candidate, kept, about.name)
        worse, better = int((differences < 0).sum()), int((differences > 0).sum())
        exact = about.yes_or_no and terms.tolerated == 0 and set(np.abs(differences)) <= {0.0, 1.0}
        order = np.argsort(differences, kind="stable")[: min(worse, _SHOWN_ITEMS)]
        return MetricComparison(
            name=about.name,
            side=about.side,
            yes_or_no=about.yes_or_no,
            pairs=len(differences),
            unpaired=missing,
            tolerated=terms.tolerated,
            baseline=float(was.mean()),
            candidate=float(now.mean()),
            difference=float(differences.mean()),
            lower=float(said.lower[place]),
            upper=float(said.upper[place]),
            p_value=float(said.p_values[place]),
            adjusted_p_value=float(said.adjusted[place]) if terms.gates else None,
            mcnemar_p_value=worse_p_value(worse, better) if exact else None,
            loss_at_most=self._loss_at_most(differences),
            spread=float(np.std(differences, ddof=1)) if len(differences) > 1 else None,
            detectable=detectable(differences, self.gate.level),
            worse=worse,
            better=better,
            worst_items=tuple(kept[place] for place in order),
            by_class=tuple(self._classes(kept, was, now)),
        )

    def figures(self) -> list[FigureComparison]:
        found = []
        for name, unit in FIGURES.items():
            was, now = self._figures(self.baseline, name), self._figures(self.candidate, name)
            paired = ~np.isnan(now - was)
            if paired.any():
                said = self._flipped(now - was)
                means = float(was[paired].mean()), float(now[paired].mean())
                ends = float(said.lower[0]), float(said.upper[0])
                found.append(FigureComparison(name, unit, int(paired.sum()), *means, *ends))
        return found

    def _figures(self, run: Run, name: str) -> Floats:
        return np.array([run.by_id[one].figures.get(name, np.nan) for one in self.ids])

    def cost(self) -> CostComparison | None:
        costs = [(self.baseline.by_id[one].cost_usd, self.candidate.by_id[one].cost_usd) for one in self.ids]
        known = [(was, now) for was, now in costs if was is not None and now is not None]
        if not known:
            return None
        return CostComparison(
            len(known), sum((was for was, _ in known), Decimal(0)), sum((now for _, now in known), Decimal(0))
        )

    def _loss_at_most(self, differences: Floats) -> float:
        return loss_at_most(differences, level=self.gate.level, seed=self.gate.seed, rounds=self.gate.rounds)

    def _flipped(self, differences: Floats) -> Flipped:
        zero = np.zeros(1)
        return flipped(differences[:, None], zero, level=self.gate.level, seed=self.gate.seed, flips=self.gate.rounds)

    def _missing(self, item_id: str, about: RunMetric) -> bool:
        sides = self.baseline.by_id[item_id], self.candidate.by_id[item_id]
        alone = about.kind not in _OF_WHAT_IS_THERE and any(about.name in one.scores for one in sides)
        return alone or any(about.name in one.unscored for one in sides)

    def _scores(self, run: Run, ids: Sequence[str], name: str) -> Floats:
        return np.array([run.by_id[one].scores[name] for one in ids])

    def _classes(self, ids: Sequence[str], was: Floats, now: Floats) -> list[ClassMeans]:
        classes = np.array([str(self.baseline.by_id[one].question_class) for one in ids])
        found = []
        for one in QuestionClass:
            of_class = classes == str(one)
            if of_class.any():
                found.append(
                    ClassMeans(one, int(of_class.sum()), float(was[of_class].mean()), float(now[of_class].mean()))
                )
        return found
