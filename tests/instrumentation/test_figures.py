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
        "burnline.retrieval.score_gap": 0.5,
        "burnline.retrieval.duplicates": 0,
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
        found.documents([{"score": 0.5}])
        found.ages([])
        found.chunks([])
    assert figures(spans) == {"burnline.retrieval.document_count": 1, "burnline.retrieval.top_score": 0.5}


def test_a_document_is_repeated_by_its_id_or_by_its_text_and_only_its_length_is_told(spans):
    with retriever("docs", index_version="7") as found:
        found.documents([{"id": "a", "text": "Same."}, {"id": "b", "text": "Same."}, {"id": "a", "content": "Other"}])
    said = figures(spans)
    assert said["burnline.retrieval.duplicates"] == 2
    assert said["burnline.retrieval.chunk_chars"] == "[5, 5, 5]"
    (span,) = spans.all()
    assert span.attributes["burnline.index.version"] == "7"
    assert "Same." not in str(span.attributes)


def test_documents_that_say_their_age_make_the_oldest_known(spans):
    with retriever("docs") as found:
        found.documents([{"id": "a", "age_s": 60}, {"id": "b", "age_s": 3_600.0}, "c"])
    assert figures(spans)["burnline.retrieval.age_s"] == 3_600.0


def test_lengths_are_told_without_texts_too(spans):
    with retriever("docs") as found:
        found.documents(["a", "b"])
        found.chunks([812, 790])
    assert figures(spans)["burnline.retrieval.chunk_chars"] == "[812, 790]"


@pytest.mark.parametrize(
    ("document", "violations"),
    [
        ({"id": "a", "tenant": "acme"}, 0),
        ({"id": "a", "tenant": "globex"}, 1),
        ({"id": "a", "allowed": ["ada"]}, 0),
        ({"id": "a", "allowed": ["bob"]}, 1),
        ({"id": "a", "tenant": "acme", "allowed": []}, 1),
        ({"id": "a", "allowed": []}, 1),
        ({"id": "a"}, None),
    ],
)
def test_a_document_for_others_than_who_asks_is_a_violation(spans, document, violations):
    with request(tenant="acme", user="ada"), retriever("docs") as found:
        found.documents([document])
    said = next(span.attributes for span in spans.all() if span.attributes["burnline.kind"] == "retriever")
    assert said.get("burnline.permission.violations") == violations


def test_where_nobody_says_who_asks_nobody_knows_of_violations(spans):
    with retriever("docs") as found:
        found.documents([{"id": "a", "tenant": "globex"}])
    assert "burnline.permission.violations" not in figures(spans)


def test_a_citation_holds_when_a_retrieval_of_its_request_found_what_it_names(spans):
    with request(route="answer") as answer:
        with retriever("docs") as found:
            found.documents(["a", ("b", 0.5)])
        answer.citations(ids=["a", "b", "b", "made up"])
    said = [span.attributes.get("burnline.citation.valid") for span in spans.all()]
    assert [one for one in said if one is not None] == [0.75]


def test_without_a_retrieval_nobody_knows_whether_citations_hold(spans):
    with request(route="answer") as answer:
        answer.citations(ids=["a"])
    assert figures(spans) == {}


@pytest.mark.parametrize("ages", [["old"], None, [object()]])
def test_ages_that_are_none_break_nothing(spans, ages):
    with retriever("docs") as found:
        found.ages(ages)
    assert figures(spans) == {}
    assert sum(faults().values()) > 0
