"""How far evaluators agree with people, from what a server holds: gates and reviews that were sent.

An answer is known by its trace, or by run and item of a golden set. What more than half of its reviewers say is what
people say of it; words are those of `reviews.py`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import Field, ValidationError

from analytics.evaluation.agreement import Agreement, agreement_of
from analytics.evaluation.quality_shapes import AgreementAnswer, AgreementRow, GateContent, GatePage, GateRow
from analytics.evaluation.reviews import comparable, most, word_told
from analytics.evaluation.told import WeekParams
from analytics.grouping import slice_of
from analytics.notation import NS_PER_HOUR
from analytics.paging import page_of
from collector.store import Store, queries_of

_QUERIES = queries_of("analytics.evaluation")
_MOST_REVIEWED = 10_000
_SEED = 1
_BEFORE_NS = 30 * 24 * NS_PER_HOUR
"""How long before a window of reviews an evaluation still counts: people come later than evaluators."""
Row = Mapping[str, Any]
Key = tuple[str, str | None]


class AgreementParams(WeekParams):
    """Whose reviews."""

    threshold: float = Field(0.5, ge=0, le=1, description="a score from here on is a pass")


class GateParams(WeekParams):
    """Which gates."""

    verdict: str | None = Field(None, description="pass, refuse or unproven", pattern="^(pass|refuse|unproven)$")
    limit: int = Field(20, ge=1, le=200, description="rows of a page")
    cursor: str | None = Field(None, description="`next` of the page before")


def gate_page(store: Store, params: GateParams, now_ns: int) -> GatePage:
    """List gates that were sent; an event that cannot be read as one is counted."""
    page = page_of(params, params.cursor, now_ns)
    asked = {"start_ns": page.window.start_ns, "until_ns": page.window.until_ns, "verdict": params.verdict}
    told = store.run(_QUERIES["evaluation_gates"], asked).to_pylist()
    gates = [gate for row in told if (gate := _gate(row)) is not None]
    found, following = slice_of(gates, page, params.limit)
    return GatePage(
        start=page.window.start_ns,
        until=page.window.until_ns,
        gates=tuple(found),
        unreadable=len(told) - len(gates),
        next=following,
    )


def agreement_answer(store: Store, params: AgreementParams, now_ns: int) -> AgreementAnswer:
    """Compare every evaluation with what people said of the same answers."""
    window = params.window(now_ns)
    bounds = {"start_ns": window.start_ns, "until_ns": window.until_ns}
    asked = {**bounds, "told_from_ns": max(0, window.start_ns - _BEFORE_NS), "limit": _MOST_REVIEWED}
    rows: list[Row] = store.run(_QUERIES["evaluation_reviewed"], asked).to_pylist()
    votes: dict[str, list[str]] = defaultdict(list)
    for row in _of(rows, human=True):
        if (word := word_told(row["label"], row["score"], params.threshold)) is not None:
            votes[row["about"]].append(word)
    verdicts = {about: word for about, words in votes.items() if (word := most(words)) is not None}
    compared = _compared(_of(rows, human=False), verdicts, params.threshold)
    return AgreementAnswer(
        start=window.start_ns,
        until=window.until_ns,
        reviewed=len(votes),
        undecided=len(votes) - len(verdicts),
        threshold=params.threshold,
        rows=tuple(_row(key, compared[key]) for key in sorted(compared, key=lambda key: (key[0], key[1] or ""))),
    )


def _compared(rows: Iterable[Row], verdicts: Mapping[str, str], threshold: float) -> dict[Key, Agreement]:
    said: dict[Key, dict[str, str]] = defaultdict(dict)
    for row in rows:
        word = word_told(row["label"], row["score"], threshold)
        if word is not None and comparable(verdicts.get(row["about"]), word):
            said[row["name"], row["source"]][row["about"]] = word
    return {
        key: agreement_of([(verdicts[about], word) for about, word in words.items()], seed=_SEED)
        for key, words in said.items()
    }


def _of(rows: Iterable[Row], *, human: bool) -> Iterable[Row]:
    return (row for row in rows if (row["source"] == "human") is human)


def _row(key: Key, found: Agreement) -> AgreementRow:
    told = {name: getattr(found, name) for name in AgreementRow.model_fields if name not in {"name", "source"}}
    return AgreementRow(name=key[0], source=key[1], **told)


def _gate(row: Row) -> GateRow | None:
    try:
        content = GateContent.model_validate_json(row["content"] or "")
    except ValidationError:
        return None
    return GateRow(at=row["at_ns"], **dict(content))
