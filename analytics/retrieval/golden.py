"""How well documents are found for golden questions: the newest run that was sent, metric by metric."""

from analytics.evaluation.metrics import METRICS, Side
from analytics.notation import NS_PER_DAY
from analytics.ratios import wilson
from analytics.retrieval.shapes import GoldenRow
from collector.store import Store, queries_of

_QUERIES = queries_of("analytics.retrieval")
_BACK_NS = 30 * NS_PER_DAY
_METRICS = [str(kind) for kind, about in METRICS.items() if about.side is Side.RETRIEVAL]


def golden_rows(store: Store, until_ns: int) -> tuple[GoldenRow, ...]:
    """Find the newest run of the 30 days before an instant; none where none was sent.

    Its intervals are Wilson's: a score in 0..1 scatters at most as a yes or no of the same mean does.
    """
    asked = {"start_ns": max(0, until_ns - _BACK_NS), "until_ns": until_ns, "metrics": _METRICS}
    rows = store.run(_QUERIES["retrieval_golden"], asked).to_pylist()
    return tuple(_row(row.pop("started_at_ns"), **row) for row in rows)


def _row(started_at_ns: int, *, scored: int, mean_score: float | None, **told: object) -> GoldenRow:
    inside = mean_score is not None and 0 <= mean_score <= 1
    low, high = wilson(mean_score * scored, scored) if mean_score is not None and inside else (None, None)
    return GoldenRow(started_at=started_at_ns, scored=scored, mean_score=mean_score, low=low, high=high, **told)  # type: ignore[arg-type]  # columns of the query
