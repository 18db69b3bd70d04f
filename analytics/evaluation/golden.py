"""A golden set: questions with what a good answer to them needs, kept as JSON lines.

Every line is one item. Only `id` and `question` have to be there; what is left out is not scored.

| key | what it says |
|---|---|
| `id` | its name, unique in the set |
| `question` | what the system is asked |
| `class` | `common`, `hard` or `ambiguous`; results are told for each (`sampling.py` has the rules) |
| `expected_documents` | ids of documents that answer it, for recall and rank; `[]`: none does |
| `relevance` | instead of that, graded: id -> gain above 0, for nDCG |
| `reference` | a good answer, to compare with |
| `asked_by` | who asks: tenant, user; documents for others than these are violations |
| `language` | the language the answer has to be in, as an ISO 639-1 code |
| `required`, `forbidden` | words or phrases the answer has to contain, or must not |
| `provenance` | where it comes from: trace id, route, when and why it was sampled, who wrote the reference |
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from analytics.evaluation.inputs import Row, WrongInput, rows, unique

_KEYS = (
    "id",
    "question",
    "class",
    "expected_documents",
    "relevance",
    "reference",
    "asked_by",
    "language",
    "required",
    "forbidden",
    "provenance",
)


class QuestionClass(StrEnum):
    """How a question came into the set, and how its results are told apart."""

    COMMON = "common"
    HARD = "hard"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True)
class GoldenItem:
    """One question; what is None or empty is not scored."""

    item_id: str
    question: str
    question_class: QuestionClass = QuestionClass.COMMON
    expected_documents: tuple[str, ...] | None = None
    relevance: Mapping[str, float] | None = None
    reference: str | None = None
    language: str | None = None
    required: tuple[str, ...] | None = None
    forbidden: tuple[str, ...] | None = None
    asked_by: tuple[str, ...] | None = None
    provenance: Mapping[str, Any] = field(default_factory=dict)

    @property
    def gains(self) -> Mapping[str, float] | None:
        """What each document is worth: its grade, or 1 for an expected one; None where nobody said."""
        if self.relevance is not None:
            return self.relevance
        return None if self.expected_documents is None else dict.fromkeys(self.expected_documents, 1.0)

    def content(self) -> dict[str, Any]:
        """The item as its line says it, without what was left out."""
        said = {
            "id": self.item_id,
            "question": self.question,
            "class": str(self.question_class),
            "expected_documents": _listed(self.expected_documents),
            "relevance": None if self.relevance is None else dict(self.relevance),
            "reference": self.reference,
            "asked_by": _listed(self.asked_by),
            "language": self.language,
            "required": _listed(self.required),
            "forbidden": _listed(self.forbidden),
            "provenance": dict(self.provenance) or None,
        }
        return {key: value for key, value in said.items() if value is not None}


@dataclass(frozen=True, slots=True)
class GoldenSet:
    """Items in the order of their file."""

    items: tuple[GoldenItem, ...]

    @property
    def sha256(self) -> str:
        """The same for the same questions and expectations, in any order; where they come from is left out."""
        said = [one.content() for one in sorted(self.items, key=lambda item: item.item_id)]
        told = [{key: value for key, value in one.items() if key != "provenance"} for one in said]
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def read_golden(path: Path) -> GoldenSet:
    """Read a golden set; raises :class:`WrongInput` with the line of the first mistake."""
    return GoldenSet(unique((golden_item(one) for one in rows(path)), lambda item: item.item_id, path))


def golden_item(row: Row) -> GoldenItem:
    """Read one item."""
    row.knows(_KEYS)
    relevance = row.numbers("relevance")
    if relevance is not None and not all(gain > 0 for gain in relevance.values()):
        raise row.wrong("relevance", relevance, "gains above 0; leave documents out that are worth nothing")
    if relevance is not None and row.content.get("expected_documents") is not None:
        raise WrongInput(f"{row.where}: expected_documents and relevance; expected one of them")
    return GoldenItem(
        item_id=row.text("id"),
        question=row.text("question"),
        question_class=_class(row),
        expected_documents=row.texts("expected_documents"),
        relevance=relevance,
        reference=row.text_or_none("reference"),
        language=row.text_or_none("language"),
        required=row.texts("required"),
        forbidden=row.texts("forbidden"),
        asked_by=row.texts("asked_by"),
        provenance=row.object_or_none("provenance") or {},
    )


def golden_text(items: Iterable[GoldenItem]) -> str:
    """Write a golden set, a line for each item.

    >>> print(golden_text([GoldenItem("q1", "Wie lange?")]), end="")
    {"id": "q1", "question": "Wie lange?", "class": "common"}
    """
    return "".join(f"{json.dumps(item.content(), ensure_ascii=False)}\n" for item in items)


def _class(row: Row) -> QuestionClass:
    found = row.content.get("class", QuestionClass.COMMON)
    try:
        return QuestionClass(found)
    except ValueError:
        raise row.wrong("class", found, f"one of {', '.join(QuestionClass)}") from None


def _listed(words: tuple[str, ...] | None) -> list[str] | None:
    return None if words is None else list(words)
