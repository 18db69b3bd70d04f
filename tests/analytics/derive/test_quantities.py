"""Tokens of a bill stand in exactly one usage class each."""

import numpy as np
import orjson
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from analytics.derive.billing import PARTS, WHOLES
from analytics.derive.quantities import CLASSES, disjoint, lines
from collector.dialects.usage_classes import UsageClass

TOKENS = (*WHOLES, *PARTS)


def bill(**counts):
    return {name: np.array([counts.get(name, 0)], np.int64) for name in TOKENS}


def classes(bills, other=None, *, counted=True):
    """Quantities by class of a single span, and how many lines there are."""
    text = None if other is None else orjson.dumps(other).decode()
    found = lines(bills, pa.chunked_array([pa.array([text], pa.string())]), np.array([counted]))
    named = [
        (str(CLASSES[code]), int(quantity)) for code, quantity in zip(found.usage_class, found.quantity, strict=True)
    ]
    assert len(dict(named)) == len(named), "two lines of one class"
    return dict(named)


@st.composite
def bills(draw):
    """Bills as billing leaves them: parts within their wholes."""
    whole, out = draw(st.integers(0, 10_000)), draw(st.integers(0, 10_000))
    read = draw(st.integers(0, whole))
    write = draw(st.integers(0, whole - read))
    return bill(
        input_tokens=whole,
        output_tokens=out,
        cache_read_tokens=read,
        cache_write_tokens=write,
        cache_write_1h_tokens=draw(st.integers(0, write)),
        audio_input_tokens=draw(st.integers(0, whole)),
        audio_output_tokens=draw(st.integers(0, out)),
        reasoning_tokens=draw(st.integers(0, out)),
    )


@given(bills())
def test_classes_sum_to_input_and_output_and_none_is_negative(tokens):
    split = {name: int(counts[0]) for name, counts in disjoint(tokens).items()}
    out = {UsageClass.OUTPUT, UsageClass.AUDIO_OUT}
    assert min(split.values()) >= 0
    assert sum(split[name] for name in out) == tokens["output_tokens"][0]
    assert sum(count for name, count in split.items() if name not in out) == tokens["input_tokens"][0]


def test_the_two_lifetimes_of_cache_writes_are_two_classes():
    found = classes(bill(input_tokens=1_400, cache_read_tokens=512, cache_write_tokens=800, cache_write_1h_tokens=300))
    assert found == {"input_uncached": 88, "cache_read": 512, "cache_write_5m": 500, "cache_write_1h": 300}


def test_audio_is_taken_out_of_what_is_not_cached():
    found = classes(bill(input_tokens=100, cache_read_tokens=90, audio_input_tokens=40, output_tokens=7))
    assert found == {"cache_read": 90, "audio_in": 10, "output": 7}


def test_reasoning_is_part_of_the_output_and_no_class_of_its_own():
    assert classes(bill(output_tokens=80, reasoning_tokens=32)) == {"output": 80}


def test_nothing_used_is_no_line():
    assert classes(bill()) == {}


def test_billed_quantities_that_are_no_tokens_are_lines_beside_them():
    assert classes(bill(input_tokens=10), {"search_units": 3, "images": 0}) == {"input_uncached": 10, "search_units": 3}


def test_other_quantities_of_a_copy_are_not_billed_again():
    assert classes(bill(), {"search_units": 3}, counted=False) == {}


def test_a_class_told_in_both_ways_is_one_line():
    assert classes(bill(output_tokens=80), {"output": 80, "images": 1}) == {"output": 80, "images": 1}
