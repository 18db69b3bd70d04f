"""What people said about answers: read from CSV or JSON lines, compared with each other and with evaluators.

| column | what it says |
|---|---|
| `id` | of the golden item; or `trace_id`, or `response_id` |
| `name` | what was judged; default `human` |
| `label` | a word: `pass`, `passed`, `good`, `correct`, `yes`; `fail`, `failed`, `bad`, `incorrect`, `no`; or another |
| `score` | instead or as well: 0 to 1 |
| `reviewer` | who said it |
| `at` | when, RFC 3339, so that importing again stores nothing twice; default: when it is imported |
| `note` | why |
"""

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

from analytics.evaluation.agreement import Agreement, agreement_of
from analytics.evaluation.events import NS_BETWEEN, Event, instant_ns
from analytics.evaluation.golden import QuestionClass
from analytics.evaluation.inputs import Row, WrongInput, lines, rows
from analytics.evaluation.run import ItemResult, Run

_KEYS = ("id", "trace_id", "response_id", "name", "label", "score", "reviewer", "at", "note")
_ABOUT = ("id", "trace_id", "response_id")
_TRACE_DIGITS = 32
PASS, FAIL = "pass", "fail"
GOOD = frozenset({"pass", "passed", "good", "correct", "yes"})
BAD = frozenset({"fail", "failed", "bad", "incorrect", "no"})
"""Labels that mean good and bad; questions to the store write the same ones."""
NAME = "human"
_NOBODY = ItemResult("", QuestionClass.COMMON, {})
"""Stands for an item of no run: it names no trace."""


@dataclass(frozen=True, slots=True)
class Review:
    """What one person said about one answer."""

    about: str
    """What it is about, as `id q1`, `trace_id ...` or `response_id ...`."""
    word: str
    """Its label, or pass or fail by its score."""
    name: str = NAME
    score: float | None = None
    label: str | None = None
    reviewer: str | None = None
    at_ns: int | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Agreements:
    """Every comparison that the reviews allow."""

    people: Mapping[str, Agreement]
    """`one and other` -> how far two reviewers agree on the answers both saw."""
    evaluators: Mapping[str, Agreement] = field(default_factory=dict)
    """Metric of a run -> how far it agrees with people."""
    elsewhere: int = 0
    """Reviews about no answer of the run."""
    other_words: Mapping[str, int] = field(default_factory=dict)
    """Labels that are neither good nor bad -> how often; scores are not compared with those."""


def read_reviews(path: Path, *, threshold: float) -> tuple[Review, ...]:
    """Read reviews; raises :class:`WrongInput` with the line of the first mistake."""
    found = tuple(review_of(one, threshold) for one in (_csv_rows(path) if path.suffix == ".csv" else rows(path)))
    if not found:
        raise WrongInput(f"{path.name}: nothing in it; expected a line for each review")
    return found


def review_of(row: Row, threshold: float) -> Review:
    """Read one review; a score at or above the threshold is a pass."""
    row.knows(_KEYS)
    score, label = row.number_or_none("score"), row.text_or_none("label")
    if score is not None and not 0 <= score <= 1:
        raise row.wrong("score", score, "0 to 1")
    if score is None and not label:
        raise WrongInput(f"{row.where}: neither label nor score; expected what was said")
    said_at = row.text_or_none("at")
    return Review(
        about=_about(row),
        word=word_told(label, score, threshold) or FAIL,
        name=row.text_or_none("name") or NAME,
        score=score,
        label=label,
        reviewer=row.text_or_none("reviewer"),
        at_ns=None if said_at is None else _instant(row, said_at),
        note=row.text_or_none("note"),
    )


def word_of(score: float, threshold: float) -> str:
    """A score as a word."""
    return PASS if score >= threshold else FAIL


def word_told(label: str | None, score: float | None, threshold: float) -> str | None:
    """What a result says, as a word; None where it says neither a label nor a score.

    >>> word_told("Passed", None, 0.5), word_told(None, 0.4, 0.5), word_told("off topic", 0.9, 0.5)
    ('pass', 'fail', 'off topic')
    """
    word = (label or "").strip().lower()
    if word in GOOD:
        return PASS
    if word in BAD:
        return FAIL
    return word or (None if score is None else word_of(score, threshold))


def comparable(people: str | None, evaluator: str) -> bool:
    """Whether what people say of an answer and what an evaluator says are words of one kind.

    >>> comparable("pass", "fail"), comparable("off topic", "pass"), comparable("off topic", "rude")
    (True, False, True)
    """
    return people is not None and (people in {PASS, FAIL} or evaluator not in {PASS, FAIL})


def most(words: Sequence[str]) -> str | None:
    """The word that more than half of the reviewers said; None where none was."""
    return next((word for word in words if 2 * words.count(word) > len(words)), None)


def agreements(reviews: Sequence[Review], run: Run | None, *, threshold: float, seed: int) -> Agreements:
    """Compare reviewers pairwise, and the metrics of a run with what most reviewers of an answer said."""
    said: dict[str, dict[tuple[str, str], str]] = defaultdict(dict)
    for one in reviews:
        said[one.reviewer or "somebody"][one.name, one.about] = one.word
    people = {
        f"{one} and {other}": agreement_of(_both(said[one], said[other]), seed=seed)
        for one, other in combinations(sorted(said), 2)
    }
    if run is None:
        return Agreements(people)
    known = {about for item in run.items for about in _abouts(item)}
    others = Counter(one.word for one in reviews if one.word not in {PASS, FAIL})
    elsewhere = sum(one.about not in known for one in reviews)
    return Agreements(people, _with_run(reviews, run, threshold, seed), elsewhere, dict(others))


def review_events(reviews: Iterable[Review], run: Run | None, now_ns: int) -> Iterator[Event]:
    """Reviews as evaluation results; one about an item is about the trace that a run's answer to it named."""
    items = {} if run is None else run.by_id
    run_id = None if run is None else run.run_id
    for place, one in enumerate(reviews):
        key, _, value = one.about.partition(" ")
        item = (items.get(value) if key == "id" else None) or _NOBODY
        yield Event(
            name=one.name,
            at_ns=(now_ns if one.at_ns is None else one.at_ns) + place * NS_BETWEEN,
            score=one.score,
            label=one.label,
            explanation=one.note,
            trace_id=value if key == "trace_id" else item.trace_id,
            span_id=item.span_id,
            response_id=value if key == "response_id" else item.response_id,
            run_id=run_id,
            item_id=value if key == "id" else None,
            source="human",
        )


def _with_run(reviews: Sequence[Review], run: Run, threshold: float, seed: int) -> dict[str, Agreement]:
    votes: dict[str, list[str]] = defaultdict(list)
    by_about = {about: item for item in run.items for about in _abouts(item)}
    for one in reviews:
        if one.about in by_about:
            votes[by_about[one.about].item_id].append(one.word)
    verdicts = {item_id: word for item_id, words in votes.items() if (word := most(words)) is not None}
    found = {}
    for metric in run.metrics:
        scored = ((run.by_id[item_id].scores.get(metric.name), word) for item_id, word in verdicts.items())
        said = ((word, word_of(score, threshold)) for score, word in scored if score is not None)
        pairs = [(word, other) for word, other in said if comparable(word, other)]
        if pairs:
            found[metric.name] = agreement_of(pairs, seed=seed)
    return found


def _abouts(item: ItemResult) -> Iterator[str]:
    yield f"id {item.item_id}"
    for key, value in (("trace_id", item.trace_id), ("response_id", item.response_id)):
        if value is not None:
            yield f"{key} {value}"


def _both(one: Mapping[tuple[str, str], str], other: Mapping[tuple[str, str], str]) -> list[tuple[str, str]]:
    return [(word, other[about]) for about, word in one.items() if about in other]


def _about(row: Row) -> str:
    named = [(key, value) for key in _ABOUT if (value := row.text_or_none(key))]
    if not named:
        raise WrongInput(f"{row.where}: about nothing; expected one of {', '.join(_ABOUT)}")
    key, value = named[0]
    if key == "trace_id":
        value = value.lower()
        if len(value) != _TRACE_DIGITS or set(value) - set("0123456789abcdef"):
            raise row.wrong("trace_id", value, f"{_TRACE_DIGITS} hex digits")
    return f"{key} {value}"


def _instant(row: Row, text: str) -> int:
    try:
        return instant_ns(text)
    except (ValueError, TypeError):
        raise row.wrong("at", text, "RFC 3339 with a zone: 2026-11-18T12:00:00Z") from None


def _csv_rows(path: Path) -> Iterator[Row]:
    reader = csv.DictReader(lines(path))
    for said in reader:
        where = f"{path.name}:{reader.line_num}"
        if None in said:
            raise WrongInput(f"{where}: more cells than the head has; expected {len(reader.fieldnames or ())}")
        content = {key: value for key, value in said.items() if value not in (None, "")}
        yield Row(where, {**content, **({"score": _number(where, content["score"])} if "score" in content else {})})


def _number(where: str, text: str) -> float:
    try:
        return float(json.loads(text))
    except (ValueError, TypeError):
        raise WrongInput(f"{where}: score is {text!r}; expected a number from 0 to 1") from None
