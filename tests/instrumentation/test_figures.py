"""What a wrapper says of quality, freshness and permissions, and that a wrong word breaks nothing."""

import pytest

from instrumentation import faults, request, retriever

DOCUMENTS = [("a", 0.4), {"id": "b", "score": 0.9}, "c"]


def figures(spans) -> dict[str, object]:
    (span,) = spans.all()
    begins = ("burnline.retrieval.", "burnline.citation.", "burnline.permission.")
    return {key: value for key, value in span.attributes.items() if key.startswith(begins)}


def test_a_retrieval_tells_its_best_score_and_its_oldest_document(spans):
    with retriever("docs") as found:
        found.documents(DOCUMENTS)
        found.ages([60, 86_400.5, 3_600])
        found.permissions(checked=True, violations=0)
    assert figures(spans) == {
        "burnline.retrieval.document_count": 3,
        "burnline.retrieval.top_score": 0.9,
        "burnline.retrieval.age_s": 86_400.5,
        "burnline.permission.checked": True,
        "burnline.permission.violations": 0,
    }


def test_an_answer_tells_how_many_claims_cite_and_how_many_citations_hold(spans):
    with request(route="answer") as answer:
        answer.citations(claims=8, cited=6, citations=7, valid=7)
    assert figures(spans) == {"burnline.citation.coverage": 0.75, "burnline.citation.valid": 1.0}


def test_without_documents_claims_or_citations_nothing_is_said(spans):
    with retriever("docs") as found:
        found.documents(["only an id"])
        found.ages([])
    assert figures(spans) == {"burnline.retrieval.document_count": 1}


@pytest.mark.parametrize("ages", [["old"], None, [object()]])
def test_ages_that_are_none_break_nothing(spans, ages):
    with retriever("docs") as found:
        found.ages(ages)
    assert figures(spans) == {}
    assert sum(faults().values()) > 0
