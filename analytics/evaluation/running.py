"""Making a run: ask the system, score its answers, let judges judge, and price what was used."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from analytics.evaluation.answers import Answer
from analytics.evaluation.golden import GoldenItem, GoldenSet
from analytics.evaluation.inputs import lines
from analytics.evaluation.judging import Judge, NoJudge
from analytics.evaluation.lengths import usual_lengths
from analytics.evaluation.metrics import MetricKind
from analytics.evaluation.run import ItemResult, Run, RunMetric
from analytics.evaluation.scoring import NOT_TOLD, Case, Scored, mean_of, scored
from analytics.evaluation.settings import MetricSettings
from analytics.evaluation.text import words

Priced = Callable[[Answer, datetime], Decimal | None]
"""What an answer cost."""
_NO_MEANING = frozenset({"name", "gates", "tolerated", "noticed"})
"""Keys of a metric that change no score."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked of whom, and what came back."""

    system: str
    golden: GoldenSet
    answers: Sequence[tuple[Answer, ...]]
    """For each item, in its order, an answer for each repeat."""
    started_at: datetime
    name: str | None = None


def run_of_answers(
    asked: Asked, metrics: Sequence[MetricSettings], *, priced: Priced, judge: Judge | None = None, at_once: int = 1
) -> Run:
    """Score every answer; a metric that scores nothing is left out."""
    scorer = _Scorer(metrics, judge or NoJudge(), priced, asked.started_at, usual_lengths(_lengths(asked)))
    pairs = zip(asked.golden.items, asked.answers, strict=True)
    with ThreadPoolExecutor(max_workers=at_once) as pool:
        results = list(pool.map(lambda pair: scorer.result(*pair), pairs))
    said = {name for result in results for name in _said(result)}
    return Run(
        system=asked.system,
        started_at=asked.started_at.isoformat().replace("+00:00", "Z"),
        golden_sha256=asked.golden.sha256,
        metrics=tuple(_run_metric(metric) for metric in metrics if metric.label in said),
        items=tuple(results),
        repeats=len(asked.answers[0]),
        judge=scorer.judge.bill(),
        name=asked.name,
    )


@dataclass(frozen=True, slots=True)
class _Scorer:
    metrics: Sequence[MetricSettings]
    judge: Judge
    priced: Priced
    at: datetime
    usual: tuple[float, float] | None

    def result(self, item: GoldenItem, answers: Sequence[Answer]) -> ItemResult:
        found = {
            one.label: mean_of([self._scored(Case(answer, item, one, self.usual)) for answer in answers])
            for one in self.metrics
        }
        first = answers[0]
        return ItemResult(
            item_id=item.item_id,
            question_class=item.question_class,
            scores={name: one.score for name, one in found.items() if one.score is not None},
            unscored={name: one.why for name, one in found.items() if one.score is None and one.why is not None},
            figures=_figures(answers),
            cost_usd=_sum([self.priced(one, self.at) for one in answers]),
            answer_sha256=hashlib.sha256("\0".join(one.text or "" for one in answers).encode()).hexdigest(),
            trace_id=first.trace_id,
            span_id=first.span_id,
            response_id=first.response_id,
            error=next((one.error for one in answers if one.error), None),
        )

    def _scored(self, case: Case) -> Scored:
        if case.metric.metric is not MetricKind.JUDGE:
            return scored(case)
        return Scored(0.0) if case.answer.failed else self.judge.judged(case)


def _lengths(asked: Asked) -> list[int]:
    """Characters of every document of the run that tells its text."""
    documents = (one for answers in asked.answers for answer in answers for one in answer.documents or ())
    return [len(one.text) for one in documents if one.text is not None]


def _said(result: ItemResult) -> list[str]:
    """Metrics that a run is about: those with a score, or that lack one for another reason than the system's kind."""
    return [*result.scores, *(name for name, why in result.unscored.items() if why != NOT_TOLD)]


def _figures(answers: Sequence[Answer]) -> Mapping[str, float]:
    """Means of what is told of every one of the answers."""
    found: dict[str, list[float]] = {
        "latency_ms": [one.latency_ms for one in answers if one.latency_ms is not None],
        "answer_words": [float(len(words(one.text))) for one in answers if one.text is not None],
        "documents": [float(len(one.documents)) for one in answers if one.documents is not None],
    }
    return {name: sum(values) / len(values) for name, values in found.items() if len(values) == len(answers)}


def _sum(costs: Sequence[Decimal | None]) -> Decimal | None:
    """The sum; None where one of them is not known, and zero is never made up."""
    known = [cost for cost in costs if cost is not None]
    return sum(known, Decimal(0)) if len(known) == len(costs) else None


def _run_metric(metric: MetricSettings) -> RunMetric:
    about = metric.about
    return RunMetric(metric.label, str(metric.metric), about.side, about.yes_or_no, _meaning(metric))


def _meaning(metric: MetricSettings) -> str:
    """Hash of all that decides a score; of a schema, what it says."""
    said = {one.name: getattr(metric, one.name) for one in fields(metric) if one.name not in _NO_MEANING}
    said["at"] = metric.first
    if isinstance(metric.schema, Path):
        said["schema"] = lines(metric.schema)
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()
