"""What was asked and answered, read from the attributes of a request's spans as they were sent.

Contents are opt-in for every emitter, and each has its own keys; the tables below have them in the order in which they
are believed. Without a question an item cannot be made.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analytics.request_shapes import Span

QUESTION_KEYS = (
    "gen_ai.retrieval.query.text",
    "input.value",
    "langfuse.trace.input",
    "langfuse.observation.input",
    "mlflow.spanInputs",
    "traceloop.entity.input",
)
"""Attributes that hold a question as text, or as JSON with one of `_INSIDE`."""
MESSAGE_KEYS = ("gen_ai.input.messages", "ai.prompt.messages", "ai.prompt")
"""Attributes that hold messages; the last one of a user is the question."""
ANSWER_KEYS = ("output.value", "langfuse.trace.output", "langfuse.observation.output", "traceloop.entity.output")
ANSWER_MESSAGE_KEYS = ("gen_ai.output.messages",)
_INSIDE = ("question", "query", "input", "prompt", "text", "content", "answer", "output", "response")
_GUARD_VERDICT = "burnline.guardrail.verdict"
_FINE = frozenset({"pass", "passed", "allow", "allowed", "ok", "none"})
_LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Content:
    """What one request was about; null where nobody captured it."""

    question: str | None
    answer: str | None
    documents: tuple[str, ...]
    stopped: bool
    """Whether a guardrail objected."""


def content_of(spans: Sequence[Span]) -> Content:
    """Read the question, the answer and the documents; the root's own words come first."""
    ordered = sorted(spans, key=lambda span: (span.parent_span_id is not None, span.started_at))
    attributes = [span.attributes for span in ordered]
    roots = sum(span.parent_span_id is None for span in ordered)
    latest_first = [*attributes[:roots], *reversed(attributes[roots:])]
    return Content(
        question=next(_found(attributes, QUESTION_KEYS, MESSAGE_KEYS, "user"), None),
        answer=next(_found(latest_first, ANSWER_KEYS, ANSWER_MESSAGE_KEYS, None), None),
        documents=tuple(dict.fromkeys(name for one in attributes for name in _documents(one))),
        stopped=any(str(one.get(_GUARD_VERDICT, "pass")).lower() not in _FINE for one in attributes),
    )


def _found(
    attributes: Sequence[Mapping[str, Any]], keys: Sequence[str], messages: Sequence[str], role: str | None
) -> Iterator[str]:
    for one in attributes:
        for key in messages:
            yield from _short(_of_messages(_parsed(one.get(key)), role))
        for key in keys:
            yield from _short(_text(_parsed(one.get(key)), role))


def _short(text: str | None) -> Iterator[str]:
    if text and text.strip():
        yield text.strip()[:_LONGEST]


def _parsed(value: Any) -> Any:  # noqa: ANN401 - whatever an emitter sent
    """JSON text as what it says; any other text as it is."""
    if not isinstance(value, str) or not value.lstrip().startswith(("{", "[", '"')):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def _text(value: Any, role: str | None) -> str | None:  # noqa: ANN401 - whatever an emitter sent
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return _of_messages(value, role)
    if isinstance(value, Mapping):
        if isinstance(value.get("messages"), list):
            return _of_messages(value["messages"], role)
        return next((found for key in _INSIDE if isinstance(found := value.get(key), str)), None)
    return None


def _of_messages(value: Any, role: str | None) -> str | None:  # noqa: ANN401 - whatever an emitter sent
    """Text of the last message of a role; any role where none is named."""
    if isinstance(value, Mapping):
        value = value.get("messages")
    if not isinstance(value, list):
        return None
    said = [one for one in value if isinstance(one, Mapping) and (role is None or one.get("role") == role)]
    texts = ("\n".join(_parts(one)) for one in reversed(said))
    return next((text for text in texts if text.strip()), None)


def _parts(message: Mapping[str, Any]) -> Iterator[str]:
    content = message.get("parts", message.get("content"))
    if isinstance(content, str):
        yield content
    for part in content if isinstance(content, list) else ():
        if isinstance(part, str):
            yield part
        elif isinstance(part, Mapping) and part.get("type", "text") == "text":
            found = part.get("content", part.get("text"))
            if isinstance(found, str):
                yield found


def _documents(attributes: Mapping[str, Any]) -> Iterator[str]:
    listed = _parsed(attributes.get("gen_ai.retrieval.documents"))
    for one in listed if isinstance(listed, list) else ():
        if isinstance(one, Mapping) and isinstance(one.get("id"), str):
            yield one["id"]
    number = 0
    while isinstance(found := attributes.get(f"retrieval.documents.{number}.document.id"), str):
        yield found
        number += 1
