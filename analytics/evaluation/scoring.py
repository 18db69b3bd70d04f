"""One answer scored by every metric: a score in 0..1, or None with the reason why there is none.

An answer that failed scores worst in everything that judges it and could have been scored, so that a candidate cannot
win by failing where it is hard. What the golden item expects nothing for is not scored, on either side of a comparison.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import inf

from analytics.evaluation import assertions, citations, references, retrieval
from analytics.evaluation.answers import Answer
from analytics.evaluation.golden import GoldenItem
from analytics.evaluation.metrics import MetricKind, Side
from analytics.evaluation.settings import MetricSettings

NOT_TOLD = "nobody says what was retrieved"
_TOO_SHORT = "its language cannot be told"


@dataclass(frozen=True, slots=True)
class Case:
    """One answer to one item, under one metric."""

    answer: Answer
    item: GoldenItem
    metric: MetricSettings
    usual: tuple[float, float] | None = None
    """Lengths of documents that are usual in the run; None: nobody knows."""

    @property
    def text(self) -> str:
        """What was answered; nothing where it failed."""
        return self.answer.text or ""


_Scorer = Callable[[Case], float | None]


@dataclass(frozen=True, slots=True)
class Scored:
    """What one metric says of one answer."""

    score: float | None
    why: str | None = None
    """Why there is no score, where one was to be expected."""


def scored(case: Case) -> Scored:
    """Score an answer by a metric that needs no judge."""
    kind, answer = case.metric.metric, case.answer
    if kind is MetricKind.ANSWERED:
        return Scored(float(bool(case.text.strip())))
    if answer.failed:
        return Scored(0.0 if _expected(case) else None)
    if case.metric.about.side is Side.RETRIEVAL:
        return _of_documents(case)
    score = _GENERATION[kind](case)
    untold = score is None and kind is MetricKind.LANGUAGE and _expected(case)
    return Scored(score, _TOO_SHORT if untold else None)


def mean_of(found: Sequence[Scored]) -> Scored:
    """The mean over repeated answers; None where one of them has no score."""
    scores = [one.score for one in found if one.score is not None]
    if len(scores) < len(found):
        return Scored(None, next((one.why for one in found if one.score is None), None))
    return Scored(sum(scores) / len(scores))


def _of_documents(case: Case) -> Scored:
    if case.answer.documents is None:
        return Scored(None, NOT_TOLD if _expected(case) else None)
    return Scored(_RETRIEVAL[case.metric.metric](case))


def _expected(case: Case) -> bool:
    """Whether the item, or the metric, expects something of every answer."""
    if case.metric.about.of_what_is_there:
        return False
    expects = _EXPECTS.get(case.metric.metric)
    return expects is None or expects(case)


def _ranked(rank: Callable[..., float | None], *, to: bool = True) -> _Scorer:
    def score(case: Case) -> float | None:
        gains, found = case.item.gains, case.answer.documents or ()
        if gains is None:
            return None
        return rank(found, gains, case.metric.first) if to else rank(found, gains)

    return score


def _against(compare: Callable[[str, str], float]) -> _Scorer:
    def score(case: Case) -> float | None:
        return None if case.item.reference is None else compare(case.text, case.item.reference)

    return score


def _usual(case: Case) -> float | None:
    """By the bounds that are asked for, or else by those of the run."""
    shortest, longest = case.metric.at_least, case.metric.at_most
    if shortest is None and longest is None:
        return None if case.usual is None else retrieval.usual_share(case.answer.documents or (), *case.usual)
    return retrieval.usual_share(case.answer.documents or (), shortest or 0, inf if longest is None else longest)


_RETRIEVAL: Mapping[MetricKind, _Scorer] = {
    MetricKind.FOUND: lambda case: None if case.item.gains == {} else float(bool(case.answer.documents)),
    MetricKind.RECALL: _ranked(retrieval.recall),
    MetricKind.HIT: _ranked(retrieval.hit),
    MetricKind.PRECISION: _ranked(retrieval.precision),
    MetricKind.NDCG: _ranked(retrieval.ndcg),
    MetricKind.MRR: _ranked(retrieval.reciprocal_rank, to=False),
    MetricKind.UNIQUE: lambda case: retrieval.unique_share(case.answer.documents or ()),
    MetricKind.FRESH: lambda case: retrieval.fresh_share(case.answer.documents or (), case.metric.within_s or 0),
    MetricKind.PERMITTED: lambda case: retrieval.permitted_share(case.answer.documents or (), case.item.asked_by),
    MetricKind.USUAL: _usual,
}
_GENERATION: Mapping[MetricKind, _Scorer] = {
    MetricKind.LANGUAGE: lambda case: assertions.in_language(case.text, case.item, case.metric),
    MetricKind.REQUIRED: lambda case: assertions.has_required(case.text, case.item, case.metric),
    MetricKind.FORBIDDEN: lambda case: assertions.has_no_forbidden(case.text, case.item, case.metric),
    MetricKind.MATCHES: lambda case: assertions.matches(case.text, case.metric),
    MetricKind.MATCHES_NOT: lambda case: 1.0 - assertions.matches(case.text, case.metric),
    MetricKind.LENGTH: lambda case: assertions.has_length(case.text, case.metric),
    MetricKind.JSON: lambda case: assertions.is_json(case.text, case.metric),
    MetricKind.CITATION_COVERAGE: lambda case: citations.coverage(case.answer),
    MetricKind.CITATION_VALIDITY: lambda case: citations.validity(case.answer),
    MetricKind.EXACT: _against(references.exact_match),
    MetricKind.TOKEN_F1: _against(references.token_f1),
    MetricKind.ROUGE_L: _against(references.rouge_l),
}
_ASKS_DOCUMENTS = {
    MetricKind.FOUND,
    MetricKind.RECALL,
    MetricKind.HIT,
    MetricKind.PRECISION,
    MetricKind.NDCG,
    MetricKind.MRR,
}
_ASKS_REFERENCE = {MetricKind.EXACT, MetricKind.TOKEN_F1, MetricKind.ROUGE_L}
_EXPECTS: Mapping[MetricKind, Callable[[Case], bool]] = {
    **dict.fromkeys(_ASKS_DOCUMENTS, lambda case: bool(case.item.gains)),
    **dict.fromkeys(_ASKS_REFERENCE, lambda case: case.item.reference is not None),
    MetricKind.LANGUAGE: lambda case: bool(case.item.language or case.metric.language),
    MetricKind.REQUIRED: lambda case: bool(case.item.required or case.metric.words),
    MetricKind.FORBIDDEN: lambda case: bool(case.item.forbidden or case.metric.words),
}
