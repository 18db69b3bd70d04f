"""The shapes of answers about retrieval, exactly as JSON shows them.

Each ratio has its ``_told`` beside it: of how many it is. What nobody says is null, never zero.
"""

from analytics.notation import Instant
from analytics.request_shapes import Answer
from analytics.sum_shapes import Group


class ScoreBin(Answer):
    """One bar of a histogram of scores."""

    start: float
    """Included."""
    until: float
    """Excluded; included in the last one."""
    count: int
    """Retrievals whose best document scores so."""


class RetrievalFigures(Group):
    """How documents were found, in one group of retrievals."""

    index_name: str | None = None
    """The index or source that was searched."""
    index_version: str | None = None
    """Its version."""
    retrievals: int
    """That began in the window."""
    documents_told: int
    """Of these, how many say how many documents they found."""
    empty_ratio: float | None
    """Of those, which share found none."""
    duplicates_told: int
    """How many say how many of their documents repeat another one."""
    duplicate_ratio: float | None
    """Repeated documents / documents of these."""
    score_told: int
    """How many say how well their best document fits."""
    score_p10: float | None
    """A tenth of the best scores is at most this; nearest rank."""
    score_p50: float | None
    """Half of them."""
    score_p90: float | None
    """Nine of ten."""
    gap_told: int
    """How many say how far the best document is before the second."""
    gap_p10: float | None
    """A tenth of these distances is at most this."""
    gap_p50: float | None
    """Half of them."""
    age_told: int
    """How many say how old the oldest document used is."""
    age_p50_s: float | None
    """Half of these ages are at most this, in seconds."""
    age_p90_s: float | None
    """Nine of ten."""
    cadence_told: int
    """Of those that say an age, how many are of an index with a cadence (section freshness)."""
    stale_ratio: float | None
    """Of those, which share used a document older than its cadence."""
    permission_told: int
    """How many say whether documents were filtered by what the user may see."""
    permission_checked_ratio: float | None
    """Of those, which share was."""
    violations_told: int
    """How many say how many documents were shown that their user may not see."""
    violating_retrievals: int | None
    """Of those, how many showed any; null where nobody says."""
    violations: int | None
    """Such documents; null where nobody says."""
    chunks_told: int
    """Documents whose length is known."""
    chunks_judged: int
    """Of these, documents of an index version with at least 20 of them in the window."""
    chunk_outlier_ratio: float | None
    """Of those, which share is far from the length that is usual in its index version."""
    coverage_told: int | None
    """Answers that say which share of their claims cites a source; null where the rows are about indices."""
    citation_coverage: float | None
    """Mean of these shares."""
    valid_told: int | None
    """Answers that say which share of their citations names a document that was retrieved."""
    citation_valid: float | None
    """Mean of these shares."""
    invalid_answers: int | None
    """Of these answers, how many cite something that was not retrieved."""


class RetrievalRow(RetrievalFigures):
    """A group of retrievals, with how its scores are spread."""

    scores: tuple[ScoreBin, ...]
    """Histogram of the best scores, ten equal bars from the least to the greatest; none without scores."""


class GoldenRow(Answer):
    """One retrieval metric of the newest run over a golden set that was sent."""

    run_id: str
    """32 hex digits, as in the reports of the gate."""
    started_at: Instant
    """When its questions began to be asked."""
    name: str
    """The metric, such as recall@10."""
    items: int
    """Questions."""
    scored: int
    """Of these, questions with expected documents and an answer."""
    mean_score: float | None
    """Of those; null without any."""
    low: float | None
    """Lower end of its 95 % interval."""
    high: float | None
    """Upper end."""


class RetrievalPage(Answer):
    """How documents were found in a window."""

    start: Instant
    """The window used, start included: a retrieval counts when it began."""
    until: Instant
    """The window used, until excluded."""
    by: tuple[str, ...]
    """The dimensions of the groups."""
    rows: tuple[RetrievalRow, ...]
    """By time where asked for, then the most retrievals first."""
    golden: tuple[GoldenRow, ...]
    """Recall and rank of the newest run over golden queries, of everybody; empty where none was sent in 30 days."""
    next: str | None
    """Pass it as cursor for the page after this one; null at the end."""
