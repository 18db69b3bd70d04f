"""Figures that spans tell about themselves."""

import json
from decimal import Decimal

import pytest

from collector.decode.frame import read_frame
from collector.dialects.measures import MEASURE_COLUMNS
from collector.normalise.spans import rows_of
from tests.collector.decode.sending import NOON, S, body, span


def told(**attributes):
    sent = body(span(attributes={key.replace("__", "."): value for key, value in attributes.items()}))
    return rows_of(read_frame([sent]), received_ns=NOON).measures.drop_columns(["measured_at"]).to_pylist()


DOCUMENTS = json.dumps([{"id": "a", "score": 0.4}, {"id": "b", "score": 0.9}, {"id": "c", "score": None}])
# attributes -> measure, value
FIGURES = {
    "a hit": ({"burnline.cache.hit": True}, {"cache.hit": 1.0}),
    "a miss": ({"burnline.cache.hit": False}, {"cache.hit": 0.0}),
    "our retriever": (
        {"burnline.retrieval.document_count": 3, "burnline.retrieval.top_score": 0.9, "burnline.retrieval.age_s": 60},
        {"retrieval.score": 0.9, "retrieval.documents": 3.0, "retrieval.age_s": 60.0},
    ),
    "documents by the conventions": (
        {"gen_ai.retrieval.documents": DOCUMENTS},
        {"retrieval.score": 0.9, "retrieval.score_gap": 0.5, "retrieval.documents": 3.0, "retrieval.duplicates": 0.0},
    ),
    "no document": ({"gen_ai.retrieval.documents": "[]"}, {"retrieval.documents": 0.0, "retrieval.duplicates": 0.0}),
    "openinference": ({"retrieval.documents.0.document.score": 0.7}, {"retrieval.score": 0.7}),
    "citations": (
        {"burnline.citation.coverage": 0.75, "burnline.citation.valid": 1.0},
        {"citation.coverage": 0.75, "citation.valid": 1.0},
    ),
    "permissions": (
        {"burnline.permission.checked": True, "burnline.permission.violations": 0},
        {"permission.checked": 1.0, "permission.violations": 0.0},
    ),
    "no number": ({"burnline.retrieval.top_score": "high"}, {}),
    "nothing": ({"gen_ai.operation.name": "chat"}, {}),
}


@pytest.mark.parametrize(("attributes", "figures"), FIGURES.values(), ids=FIGURES)
def test_a_figure_is_a_row_with_its_value(attributes, figures):
    assert {row["measure"]: row["value"] for row in told(**attributes)} == figures


def test_every_measure_of_the_table_is_tried_here():
    assert {name for _, figures in FIGURES.values() for name in figures} == {column.name for column in MEASURE_COLUMNS}


def test_a_figure_knows_the_stage_the_provider_and_the_model_of_its_span():
    kind = {"burnline.kind": "model", "gen_ai.system": "OpenAI", "gen_ai.request.model": "gpt-4o"}
    (row,) = told(**kind, **{"gen_ai.response.model": "gpt-4o-2024-08-06", "burnline.citation.valid": 1})
    assert (row["stage"], row["provider"], row["model"]) == ("model", "openai", "gpt-4o-2024-08-06")


def test_a_figure_is_told_when_its_span_ends():
    sent = span(attributes={"burnline.cache.hit": True}, start_time_unix_nano=NOON, end_time_unix_nano=NOON + S)
    rows = rows_of(read_frame([body(sent)]), received_ns=NOON)
    assert rows.measures["measured_at"].cast("int64").to_pylist() == [NOON + S]


@pytest.mark.parametrize(
    ("sent", "weight"), [(2.5, "2.5"), (1 / 0.3, "3.333333"), (0.0, "1"), (-1.0, "1"), (1e9, "1"), ("many", "1")]
)
def test_a_weight_is_kept_in_millionths_and_what_is_none_weighs_one(sent, weight):
    (row,) = told(**{"burnline.cache.hit": True, "burnline.evaluation.weight": sent})
    assert row["weight"] == Decimal(weight)


def test_measures_keep_pointing_to_their_spans_when_others_are_taken_out():
    hits = [span(number, attributes={"burnline.cache.hit": number == 3}) for number in (1, 2, 3)]
    rows = rows_of(read_frame([body(*hits)]), received_ns=NOON)
    assert rows.measures["row"].to_pylist() == [0, 1, 2]
    assert rows.measures["value"].to_pylist() == [0.0, 0.0, 1.0]
