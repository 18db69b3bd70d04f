"""Lengths of documents become a list; anything else is as good as absent."""

import json

import pytest

from collector.decode.frame import read_frame
from collector.normalise.chunks import MOST_CHUNKS, chunk_sizes
from collector.normalise.spans import rows_of
from tests.collector.decode.sending import NOON, body, span


def kept(**attributes):
    sent = body(span(attributes=attributes), span(span_id=bytes(7) + b"\2", attributes={}))
    return rows_of(read_frame([sent]), received_ns=NOON).spans["chunk_chars"].to_pylist()


def test_a_list_is_kept_beside_its_span_and_the_others_have_none():
    assert kept(**{"burnline.retrieval.chunk_chars": "[812, 790]"}) == [[812, 790], None]


def test_documents_that_are_captured_with_their_content_say_their_length():
    documents = json.dumps([{"id": "a", "content": "four"}, {"id": "b"}])
    assert kept(**{"gen_ai.retrieval.documents": documents}) == [[4], None]


@pytest.mark.parametrize("text", ["", "[", "812", "[]", "[-1]", "[1.5]", "[true]", '["8"]', "[10000000000]", "null"])
def test_what_is_no_list_of_lengths_is_absent(text):
    assert chunk_sizes(text) is None


def test_a_list_that_nobody_reads_to_its_end_is_absent():
    assert chunk_sizes(json.dumps([1] * MOST_CHUNKS)) == [1] * MOST_CHUNKS
    assert chunk_sizes(json.dumps([1] * (MOST_CHUNKS + 1))) is None
