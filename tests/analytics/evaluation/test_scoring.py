"""Scores of generation, rule by rule; what failed is worst, and what is not asked for is not scored."""

import json

import pytest

from analytics.evaluation.answers import Answer, Document
from analytics.evaluation.golden import GoldenItem
from analytics.evaluation.inputs import WrongInput
from analytics.evaluation.json_schema import check_schema, fits
from analytics.evaluation.metrics import METRICS, MetricKind
from analytics.evaluation.references import exact_match, rouge_l, token_f1
from analytics.evaluation.scoring import Case, Scored, mean_of, scored
from analytics.evaluation.settings import MetricSettings
from analytics.evaluation.text import contains, words

ITEM = GoldenItem("q", "How long?", expected_documents=("a",), reference="It takes 14 days.", language="en")
ANSWER = Answer("q", "It takes 14 days [a].", documents=(Document("a"), Document("b")))
NEEDED = {"within_s": 10.0, "pattern": "14", "name": "n", "rubric": "r"}


def score(kind, answer=ANSWER, item=ITEM, **settings):
    return scored(Case(answer, item, MetricSettings(MetricKind(kind), **settings))).score


def said(text, **more):
    return Answer("q", text, **more)


@pytest.mark.parametrize("kind", [kind for kind in MetricKind if kind is not MetricKind.JUDGE])
def test_every_metric_scores_a_good_answer_and_an_answer_that_failed(kind):
    needs = {key: NEEDED[key] for key in METRICS[kind].needs}
    good = score(kind, **needs)
    failed = score(kind, Answer("q", None, error="timeout"), **needs)
    assert good is None or 0 <= good <= 1
    assert failed in {0.0, None}
    assert failed is None or good is not None


@pytest.mark.parametrize(
    ("kind", "text", "settings", "expected"),
    [
        ("answered", "  ", {}, 0.0),
        ("language", "Die Erstattung dauert 14 Tage und wird auf das Konto überwiesen.", {}, 0.0),
        ("language", "The refund takes 14 days and is paid to your account.", {}, 1.0),
        ("language", "14", {}, None),
        ("required", "It takes fourteen days.", {"words": ("14",)}, 0.0),
        ("forbidden", "We GUARANTEE it.", {"words": ("guarantee",)}, 0.0),
        ("forbidden", "guaranteed", {"words": ("guarantee",)}, 1.0),
        ("matches", "Ticket 7", {"pattern": r"Ticket \d+"}, 1.0),
        ("matches_not", "Ticket 7", {"pattern": r"Ticket \d+"}, 0.0),
        ("length", "one two three", {"at_least": 3, "at_most": 3}, 1.0),
        ("length", "one two three four", {"at_most": 3}, 0.0),
        ("json", "no json", {}, 0.0),
        ("json", '```json\n{"a": 1}\n```', {}, 1.0),
        ("citation_coverage", "It takes 14 days [a]. You get it on your account.", {}, 0.5),
        ("citation_coverage", "Yes.", {}, None),
        ("exact", "it takes 14 DAYS", {}, 1.0),
    ],
)
def test_an_answer_is_scored_by_its_rule(kind, text, settings, expected):
    assert score(kind, said(text), **settings) == expected


def test_citations_count_as_valid_where_they_were_retrieved_by_id_or_number():
    documents = (Document("a"), Document("b"))
    text = "It takes 14 days [a]. It is free [2], of course [9]. See [the page](http://x) and [x] done."
    assert score("citation_validity", said(text, documents=documents)) == pytest.approx(2 / 3)
    assert score("citation_validity", said("No source.", documents=documents)) is None
    assert score("citation_validity", said("", documents=documents, citations=("a", "z"))) == 0.5


def test_an_item_that_expects_no_document_is_not_scored_by_rank():
    item = GoldenItem("q", "Hello?", expected_documents=())
    assert score("recall", item=item) is score("found", item=item) is None


def test_a_system_that_says_nothing_about_documents_is_not_scored_by_them():
    assert score("recall", said("It takes 14 days.")) is None


def test_a_language_that_cannot_be_told_is_unscored_with_its_reason():
    found = scored(Case(said("14"), ITEM, MetricSettings(MetricKind.LANGUAGE)))
    assert found == Scored(None, "its language cannot be told")


def test_repeats_are_a_mean_only_where_each_has_a_score():
    assert mean_of([Scored(1.0), Scored(0.0)]) == Scored(0.5)
    assert mean_of([Scored(1.0), Scored(None, "budget")]) == Scored(None, "budget")


def test_references_are_compared_by_words():
    assert exact_match("Zürich!", "zürich") == 1.0
    assert token_f1("a a b", "a b b") == pytest.approx(2 * 2 / 6)
    assert rouge_l("b a", "a b") == pytest.approx(2 * 1 / 4)
    assert token_f1("", "") == rouge_l("", "") == 1.0
    assert words("नमस्ते दुनिया") == ["नमस्ते", "दुनिया"]


def test_a_phrase_is_found_as_whole_words_where_scripts_have_words():
    assert contains("返金できません。", "返金")
    assert not contains("classic", "ass")
    assert contains("C++ is fine", "c++")


SCHEMA = {
    "type": "object",
    "required": ["days"],
    "additionalProperties": False,
    "properties": {
        "days": {"type": "integer", "minimum": 1},
        "kind": {"enum": ["refund", "return"]},
        "steps": {"type": "array", "items": {"$ref": "#/$defs/step"}, "minItems": 1},
    },
    "$defs": {"step": {"anyOf": [{"type": "string", "minLength": 2}, {"type": "null"}]}},
}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"days": 14}, True),
        ({"days": 14, "kind": "refund", "steps": ["go", None]}, True),
        ({"days": 0}, False),
        ({"days": True}, False),
        ({"days": 14, "more": 1}, False),
        ({"days": 14, "kind": "gift"}, False),
        ({"days": 14, "steps": ["x"]}, False),
        ({"days": 14, "steps": []}, False),
        ([], False),
    ],
)
def test_json_is_held_against_its_schema(value, expected):
    check_schema(SCHEMA, "schema")
    assert fits(json.dumps(value), SCHEMA) is expected


@pytest.mark.parametrize(
    ("schema", "says"),
    [
        ({"type": "object", "patternProperties": {}}, "patternProperties is not followed"),
        ({"properties": {"a": {"format": "date"}}}, "schema.properties.a: format is not followed"),
        ({"$ref": "http://elsewhere"}, "expected #/.defs/NAME"),
        (7, "expected an object, true or false"),
    ],
)
def test_a_schema_that_asks_for_more_is_refused(schema, says):
    with pytest.raises(WrongInput, match=says):
        check_schema(schema, "schema")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({}, "expected within beside it"),
        ({"within_s": 1.0, "tolerated": 1.0}, "tolerated 1.0: expected 0 or more, and less than 1"),
        ({"within_s": 1.0, "noticed": 0.0}, "noticed 0.0: expected more than 0"),
        ({"within_s": 1.0, "pattern": "a"}, "fresh does not listen to it; it knows within"),
    ],
)
def test_a_metric_that_cannot_be_says_its_key_as_it_is_written(said, why):
    with pytest.raises(ValueError, match=why):
        MetricSettings(MetricKind.FRESH, **said)
