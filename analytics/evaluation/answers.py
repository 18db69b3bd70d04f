"""What a system answered: text, the documents it used, and what it took; as JSON lines, or as a system returns it.

| key | what it says |
|---|---|
| `id` | of the golden item (in a file) |
| `answer` | the text; null with an `error` |
| `documents` | what was retrieved, best first: ids, or objects of `id`, `score`, `age_s`, `text`, `tenant`, `allowed` |
| `citations` | ids the answer cites, where it does not write them as `[id]` or `[1]` |
| `latency_ms`, `usage` | time, and billed quantities: `input_tokens`, `output_tokens`, `cache_read_tokens` ... |
| `provider`, `model` | who answered, so that `usage` can be priced |
| `trace_id`, `span_id`, `response_id` | what its telemetry is called; results are told about it |
| `error` | why there is no answer |
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analytics.evaluation.inputs import Row, WrongInput, rows, unique

_KEYS = (
    "id",
    "answer",
    "documents",
    "citations",
    "latency_ms",
    "usage",
    "provider",
    "model",
    "trace_id",
    "span_id",
    "response_id",
    "error",
)
USAGE_KEYS = (
    "input_tokens",
    "output_tokens",
    "cache_read_tokens",
    "cache_write_tokens",
    "cache_write_1h_tokens",
    "reasoning_tokens",
    "audio_input_tokens",
    "audio_output_tokens",
    "search_units",
)
"""Billed quantities; input includes what was cached, output includes reasoning."""
_DOCUMENT_KEYS = ("id", "score", "age_s", "text", "tenant", "allowed")
_TRACE_DIGITS, _SPAN_DIGITS = 32, 16


@dataclass(frozen=True, slots=True)
class Document:
    """One retrieved document."""

    document_id: str
    score: float | None = None
    age_s: float | None = None
    text: str | None = None
    tenant: str | None = None
    """Whom it belongs to; None: not said."""
    allowed: tuple[str, ...] | None = None
    """Who may see it, tenants or users; None: not said."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for one question."""

    item_id: str
    text: str | None
    documents: tuple[Document, ...] | None = None
    """Best first; None: nobody said, so retrieval is not scored."""
    citations: tuple[str, ...] | None = None
    latency_ms: float | None = None
    usage: Mapping[str, int] = field(default_factory=dict)
    provider: str | None = None
    model: str | None = None
    trace_id: str | None = None
    span_id: str | None = None
    response_id: str | None = None
    error: str | None = None

    @property
    def failed(self) -> bool:
        """Whether there is no answer; then every score that would judge one is the worst."""
        return self.text is None


def read_answers(path: Path) -> Mapping[str, Answer]:
    """Read a file of answers, by item; raises :class:`WrongInput` with the line of the first mistake."""
    found = unique((answer_of(one, one.text("id")) for one in rows(path)), lambda answer: answer.item_id, path)
    return {answer.item_id: answer for answer in found}


def answer_of(row: Row, item_id: str) -> Answer:
    """Read one answer to the item of that id."""
    row.knows(_KEYS)
    text, error = row.text_or_none("answer"), row.text_or_none("error")
    if text is None and error is None:
        raise WrongInput(f"{row.where}: neither answer nor error; expected a text, or the reason there is none")
    return Answer(
        item_id=item_id,
        text=None if error else text,
        documents=_documents(row),
        citations=row.texts("citations"),
        latency_ms=row.number_or_none("latency_ms"),
        usage=_usage(row),
        provider=row.text_or_none("provider"),
        model=row.text_or_none("model"),
        trace_id=_hex(row, "trace_id", _TRACE_DIGITS),
        span_id=_hex(row, "span_id", _SPAN_DIGITS),
        response_id=row.text_or_none("response_id"),
        error=error,
    )


def _usage(row: Row) -> Mapping[str, int]:
    """Billed quantities, whole and not negative."""
    found = row.numbers("usage") or {}
    Row(f"{row.where} usage", found).knows(USAGE_KEYS)
    for key, value in found.items():
        if value < 0 or value != int(value):
            raise row.wrong(f"usage.{key}", value, "a whole number, 0 or more")
    return {key: int(value) for key, value in found.items()}


def _documents(row: Row) -> tuple[Document, ...] | None:
    found = row.content.get("documents")
    if found is None:
        return None
    if not isinstance(found, list):
        raise row.wrong("documents", found, "a list, best first")
    return tuple(_document(row, one, number) for number, one in enumerate(found))


def _document(row: Row, found: Any, number: int) -> Document:  # noqa: ANN401 - whatever JSON has there
    if isinstance(found, str) and found:
        return Document(found)
    if not isinstance(found, dict):
        raise row.wrong(f"documents[{number}]", found, "an id, or an object with one")
    one = Row(f"{row.where} documents[{number}]", found)
    one.knows(_DOCUMENT_KEYS)
    return Document(
        one.text("id"),
        one.number_or_none("score"),
        one.number_or_none("age_s"),
        one.text_or_none("text"),
        one.text_or_none("tenant"),
        one.texts("allowed"),
    )


def _hex(row: Row, key: str, digits: int) -> str | None:
    found = row.text_or_none(key)
    if found is None:
        return None
    if len(found) != digits or set(found.lower()) - set("0123456789abcdef"):
        raise row.wrong(key, found, f"{digits} hex digits")
    return found.lower()
