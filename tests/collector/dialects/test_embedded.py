"""What is taken out of the text of one attribute, and what hostile text cannot do."""

import time

import pytest

from collector.dialects.embedded import EMBEDDED, scalars
from collector.dialects.measures import ALL_COLUMNS

ROWS = {row.outer: row for row in EMBEDDED}
HOSTILE = (
    "{[]: 1}",
    "-" * 100_000 + "1",
    "[" * 100_000,
    "1+" * 50_000 + "1",
    "9" * 5_000,
    "\x00",
    "{'cache_read_input_tokens': print(1)}",
    "[" + "[]," * 300_000 + "]",
    '{"id": "' + "x" * 2_000_000,
)


def taken(outer, text):
    return {key.partition("->")[2]: value for key, value in scalars(ROWS[outer], text)}


@pytest.mark.parametrize("row", EMBEDDED, ids=lambda row: row.outer)
@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:12])
def test_hostile_text_gives_nothing_and_takes_no_time(row, text):
    begun = time.perf_counter()
    assert list(scalars(row, text)) == []
    assert time.perf_counter() - begun < 0.2


def test_half_a_character_in_pythons_notation_becomes_text_that_can_be_stored():
    found = taken("metadata.usage_object", r"{'cache_read_input_tokens': '\ud800'}")
    assert found == {"cache_read_input_tokens": "?"}


def test_litellms_python_repr_is_read():
    text = "{'completion_tokens': 80, 'prompt_tokens_details': {'cached_tokens': 1024, 'audio_tokens': None}}"
    assert taken("metadata.usage_object", text) == {"prompt_tokens_details.cached_tokens": 1024}


def test_the_whole_value_can_be_the_attribute():
    assert taken("mlflow.spanType", '"CHAT_MODEL"') == {"": "CHAT_MODEL"}


def test_a_response_that_shows_its_shape_is_not_searched_for_ids_of_its_parts():
    text = '{"id": "run-1", "output": [{"id": "msg_1"}]}'
    assert taken("output.value", text) == {}


def test_a_frameworks_result_is_searched_for_the_response_inside():
    text = '{"id": "run-1", "generations": [[{"message": {"id": "chatcmpl-7"}}]]}'
    assert taken("output.value", text) == {"id": "chatcmpl-7"}


def test_a_cut_response_still_tells_its_id():
    assert taken("output.value", '{"id":"resp_9","output":[{"content":"cut he') == {"id": "resp_9"}


def test_no_attribute_that_hides_others_is_a_source_itself():
    assert not set(ROWS) & {source.key for column in ALL_COLUMNS for source in column.sources}


def test_every_hidden_path_fills_a_column_and_every_hidden_source_is_taken_out():
    hidden = {f"{row.outer}->{path}" for row in EMBEDDED for path in row.paths}
    sources = {source.key for column in ALL_COLUMNS for source in column.sources if "->" in source.key}
    assert hidden == sources
