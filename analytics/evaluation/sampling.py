"""A golden set sampled from what users really asked, by class, so that rare trouble is in it and its share is known.

Each complete request of a window is of one class, the first that holds:

    ambiguous   evaluators disagree (scores of one answer 0.5 apart or more, or pass and fail), or a score is within 0.1
                of the threshold (0.5)
    hard        it ended in an error; a guardrail objected; a score is below the threshold or a label says fail; a call
                failed, was retried or fell back; or its input is among the longest twentieth of its route
    common      none of that, on a route that is among those that have 80 % of the requests together
    rare        none of that, on another route: counted, not drawn

Within a class requests are drawn from every route in turn, in an order that the seed decides, and a question that comes
again is taken once. Every item says why it is in its class, and how many requests of its class and route it stands for
(`weight`), so that a mean over the set can be turned into one over the traffic.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from analytics.evaluation.contents import Content, content_of
from analytics.evaluation.golden import GoldenItem, QuestionClass
from analytics.evaluation.text import normal
from analytics.notation import instant_text
from analytics.questions import NotFound, Window
from analytics.requests import request
from collector.store import Store, queries_of

_QUERY = queries_of("analytics.evaluation")["evaluation_candidates"]
_MARGIN, _SPREAD, _FREQUENT = 0.1, 0.5, 0.8
_SPARE = 4
"""Drawn for each item that is wanted: contents may be missing, and questions come again."""
_SILENT = 40
"""Requests of a class in a row without a question, after which the rest is not read: of a tenth that is captured, as
many say nothing once in seventy samples, and each takes some 30 ms of CPU."""
_UNCAPTURED = "no question was captured"
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """How many items of each class, of which requests."""

    counts: Mapping[QuestionClass, int]
    seed: int = 1
    threshold: float = 0.5
    scope: Mapping[str, object] = field(default_factory=dict)
    """tenant, team, feature, route, environment"""
    answers_are_references: bool = False
    """Take what was answered as the reference; only where somebody has looked at it."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What was drawn, and what could not be."""

    items: tuple[GoldenItem, ...]
    requests: Mapping[str, int]
    """Class -> requests of it in the window; `rare` are of none."""
    left_out: Mapping[str, int]
    """Reason -> requests that were drawn and made no item."""


def sample(store: Store, window: Window, wanted: Wanted) -> Sample:
    """Draw a golden set from stored requests."""
    found = _candidates(store, window, wanted)
    drawing = _Drawing(store, wanted)
    for one, count in wanted.counts.items():
        drawing.draw(one, [row for row in found if row["class"] == one], count)
    items = sorted(drawing.items, key=lambda item: (list(QuestionClass).index(item.question_class), item.item_id))
    return Sample(tuple(items), {row["class"]: row["class_requests"] for row in found}, drawing.left_out)


@dataclass(slots=True)
class _Drawing:
    store: Store
    wanted: Wanted
    items: list[GoldenItem] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=dict)
    _questions: set[str] = field(default_factory=set)
    _silent: int = 0

    def draw(self, of_class: QuestionClass, rows: Sequence[Row], count: int) -> None:
        """Draw items of a class; rows come in the order of drawing, a route at a time."""
        made: list[tuple[GoldenItem, Row]] = []
        self._silent = 0
        for place, row in enumerate(rows[: count * _SPARE]):
            if len(made) == count:
                break
            if self._silent == _SILENT:
                self._leave_out(f"not read, as {_SILENT} in a row had no question", len(rows[: count * _SPARE]) - place)
                break
            made.extend(self._item(of_class, row))
        routes = Counter(row["route"] for _, row in made)
        self.items.extend(_weighed(item, row["stratum_requests"] / routes[row["route"]]) for item, row in made)

    def _item(self, of_class: QuestionClass, row: Row) -> Iterator[tuple[GoldenItem, Row]]:
        content = self._content(row["trace_id"])
        self._silent = self._silent + 1 if content is None or content.question is None else 0
        if content is None:
            self._leave_out("the request is stored no longer")
        elif content.question is None:
            self._leave_out(_UNCAPTURED)
        elif normal(content.question) in self._questions:
            self._leave_out("the question came before")
        elif of_class is QuestionClass.COMMON and content.stopped:
            self._leave_out("a guardrail objected")
        else:
            self._questions.add(normal(content.question))
            yield _golden(of_class, row, content, reference=self.wanted.answers_are_references), row

    def _content(self, trace_id: str) -> Content | None:
        try:
            return content_of(request(self.store, trace_id).spans)
        except NotFound:  # retention took it meanwhile
            return None

    def _leave_out(self, why: str, count: int = 1) -> None:
        self.left_out[why] = self.left_out.get(why, 0) + count


def _candidates(store: Store, window: Window, wanted: Wanted) -> list[Row]:
    scope = {name: wanted.scope.get(name) for name in ("tenant", "team", "feature", "route", "environment")}
    asked = {
        "start_ns": window.start_ns,
        "until_ns": window.until_ns,
        **scope,
        "threshold": wanted.threshold,
        "margin": _MARGIN,
        "spread": _SPREAD,
        "frequent": _FREQUENT,
        "seed": str(wanted.seed),
        "limit": max(wanted.counts.values(), default=0) * _SPARE,
    }
    rows: list[Row] = store.run(_QUERY, asked).to_pylist()
    return rows


def _golden(of_class: QuestionClass, row: Row, content: Content, *, reference: bool) -> GoldenItem:
    provenance = {
        "trace_id": row["trace_id"],
        "started_at": instant_text(row["started_at_ns"]),
        "route": row["route"] or None,
        "why": row["why"],
        "documents": list(content.documents) or None,
        "answer": content.answer,
    }
    return GoldenItem(
        item_id=row["trace_id"],
        question=content.question or "",
        question_class=of_class,
        reference=content.answer if reference else None,
        provenance={key: value for key, value in provenance.items() if value is not None},
    )


def _weighed(item: GoldenItem, weight: float) -> GoldenItem:
    return replace(item, provenance={**item.provenance, "weight": round(weight, 3)})
