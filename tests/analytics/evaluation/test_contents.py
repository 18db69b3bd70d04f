"""Questions, answers and documents are read from the attributes of many emitters."""

import json

import pytest

from analytics.evaluation.contents import content_of
from analytics.request_shapes import Span

SPAN = dict.fromkeys(Span.model_fields) | {
    "span_id": "1" * 16, "name": "s", "kind": "model", "started_at": 0, "duration_ms": 1.0, "status": "ok",
    "attributes_status": "kept", "resource": {}, "events": (),
}  # fmt: skip
PARTS = [
    {"role": "system", "parts": [{"type": "text", "content": "Be kind."}]},
    {"role": "user", "parts": [{"type": "text", "content": "How long?"}]},
]


def span(attributes, **said):
    return Span(**{**SPAN, "attributes": attributes, **said})


@pytest.mark.parametrize(
    "attributes",
    [
        {"gen_ai.input.messages": json.dumps(PARTS)},
        {"gen_ai.input.messages": PARTS},
        {"input.value": "How long?"},
        {"input.value": json.dumps({"messages": [{"role": "user", "content": "How long?"}]})},
        {"langfuse.observation.input": json.dumps({"question": "How long?"})},
        {"ai.prompt": json.dumps({"messages": [{"role": "user", "content": [{"type": "text", "text": "How long?"}]}]})},
        {"gen_ai.retrieval.query.text": "How long?"},
    ],
)
def test_a_question_is_the_last_message_of_the_user(attributes):
    assert content_of([span(attributes)]).question == "How long?"


def test_the_root_is_believed_before_its_children():
    child = span({"input.value": "rewritten"}, parent_span_id="2" * 16)
    assert content_of([child, span({"input.value": "as asked"}, span_id="2" * 16)]).question == "as asked"


def test_an_answer_is_the_last_one_and_documents_are_named_once():
    draft = [{"role": "assistant", "parts": [{"type": "text", "content": "draft"}]}]
    first = span({"gen_ai.output.messages": draft}, parent_span_id="9" * 16)
    last = span({"output.value": "final"}, parent_span_id="9" * 16, started_at=5)
    found = span(
        {
            "gen_ai.retrieval.documents": json.dumps([{"id": "a", "score": 0.9}]),
            "retrieval.documents.0.document.id": "b",
        },
        parent_span_id="9" * 16,
    )
    content = content_of([first, last, found, found])
    assert (content.answer, content.documents) == ("final", ("a", "b"))


@pytest.mark.parametrize(
    "attributes", [{}, {"input.value": "  "}, {"gen_ai.input.messages": "[broken"}, {"input.value": 7}]
)
def test_what_nobody_captured_is_none(attributes):
    assert content_of([span(attributes)]).question is None


def test_a_guardrail_that_objected_is_seen():
    assert content_of([span({"burnline.guardrail.verdict": "block"})]).stopped
    assert not content_of([span({"burnline.guardrail.verdict": "pass"})]).stopped
