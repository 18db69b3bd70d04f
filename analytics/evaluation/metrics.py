"""What can be scored: every metric with what it needs, and how it is told. All scores are in 0..1, and 1 is best.

Retrieval looks at documents alone and generation at text alone, so that a worse answer is traced to one of the two.
`FIGURES` are no scores: they are told of both sides, and refuse nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Side(StrEnum):
    """What a metric is about."""

    RETRIEVAL = "retrieval"
    GENERATION = "generation"


class MetricKind(StrEnum):
    """Every metric."""

    ANSWERED = "answered"
    FOUND = "found"
    RECALL = "recall"
    HIT = "hit"
    PRECISION = "precision"
    NDCG = "ndcg"
    MRR = "mrr"
    UNIQUE = "unique"
    FRESH = "fresh"
    PERMITTED = "permitted"
    USUAL = "usual"
    LANGUAGE = "language"
    REQUIRED = "required"
    FORBIDDEN = "forbidden"
    MATCHES = "matches"
    MATCHES_NOT = "matches_not"
    LENGTH = "length"
    JSON = "json"
    CITATION_COVERAGE = "citation_coverage"
    CITATION_VALIDITY = "citation_validity"
    EXACT = "exact"
    TOKEN_F1 = "token_f1"  # noqa: S105 - the name of a score
    ROUGE_L = "rouge_l"
    JUDGE = "judge"


@dataclass(frozen=True, slots=True)
class About:
    """What a metric is: its side, whether it is yes or no, and what it says."""

    side: Side
    yes_or_no: bool
    says: str
    needs: tuple[str, ...] = ()
    """Settings without which it means nothing."""
    may: tuple[str, ...] = ()
    """Settings it also listens to."""
    of_what_is_there: bool = False
    """A share of documents, citations or claims: without any there is no score, and none is missing."""


_R, _G = Side.RETRIEVAL, Side.GENERATION
METRICS: Mapping[MetricKind, About] = {
    MetricKind.ANSWERED: About(_G, yes_or_no=True, says="there is an answer, and it is not empty"),
    MetricKind.FOUND: About(_R, yes_or_no=True, says="something was retrieved"),
    MetricKind.RECALL: About(_R, yes_or_no=False, says="share of the expected documents among the first", may=("at",)),
    MetricKind.HIT: About(_R, yes_or_no=True, says="an expected document is among the first", may=("at",)),
    MetricKind.PRECISION: About(_R, yes_or_no=False, says="share of the first that are expected", may=("at",)),
    MetricKind.NDCG: About(_R, yes_or_no=False, says="gain of the first by rank, of the best order's", may=("at",)),
    MetricKind.MRR: About(_R, yes_or_no=False, says="1 / rank of the first expected document"),
    MetricKind.UNIQUE: About(
        _R, yes_or_no=False, says="share of the documents that repeat none before", of_what_is_there=True
    ),
    MetricKind.FRESH: About(
        _R,
        yes_or_no=False,
        says="share of the documents that are young enough",
        needs=("within_s",),
        of_what_is_there=True,
    ),
    MetricKind.PERMITTED: About(
        _R, yes_or_no=False, says="share of the documents that who asks may see", of_what_is_there=True
    ),
    MetricKind.USUAL: About(
        _R,
        yes_or_no=False,
        says="share of the documents whose length is usual in this run, or within bounds",
        may=("at_least", "at_most"),
        of_what_is_there=True,
    ),
    MetricKind.LANGUAGE: About(_G, yes_or_no=True, says="the answer is in the language asked for", may=("language",)),
    MetricKind.REQUIRED: About(_G, yes_or_no=True, says="it contains every required phrase", may=("words",)),
    MetricKind.FORBIDDEN: About(_G, yes_or_no=True, says="it contains no forbidden phrase", may=("words",)),
    MetricKind.MATCHES: About(_G, yes_or_no=True, says="a pattern is in it", needs=("pattern",)),
    MetricKind.MATCHES_NOT: About(_G, yes_or_no=True, says="a pattern is not in it", needs=("pattern",)),
    MetricKind.LENGTH: About(
        _G, yes_or_no=True, says="its number of words is within bounds", may=("at_least", "at_most")
    ),
    MetricKind.JSON: About(_G, yes_or_no=True, says="it is JSON, of the schema where one is given", may=("schema",)),
    MetricKind.CITATION_COVERAGE: About(
        _G, yes_or_no=False, says="share of its claims that cite a source", of_what_is_there=True
    ),
    MetricKind.CITATION_VALIDITY: About(
        _G, yes_or_no=False, says="share of its citations that were retrieved", of_what_is_there=True
    ),
    MetricKind.EXACT: About(_G, yes_or_no=True, says="the reference's words, in its order"),
    MetricKind.TOKEN_F1: About(_G, yes_or_no=False, says="words in common with the reference"),
    MetricKind.ROUGE_L: About(_G, yes_or_no=False, says="words in common with the reference, in order"),
    MetricKind.JUDGE: About(_G, yes_or_no=False, says="what a model says about it", needs=("name", "rubric")),
}
"""Every metric, in the order of the tables."""

FIGURES: Mapping[str, str] = {
    "latency_ms": "ms",
    "cost_usd": "USD",
    "answer_words": "words",
    "documents": "documents",
}
"""What is told of both runs and refuses nothing, with its unit."""
