"""The page has the bytes that prometheus_client would write, in both formats, whichever way samples are told."""

from math import inf, nan

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import generate_latest as text
from prometheus_client.openmetrics.exposition import generate_latest as open_metrics
from prometheus_client.samples import Exemplar

from dashboards.metrics.columns import Columns, Groups
from dashboards.metrics.encoding import encoded, number, numbers
from dashboards.metrics.families import Family, Kind
from dashboards.metrics.observed import Scale, observed

NUMBERS = (0.0, -0.0, 3.0, 0.1, -2.5, 999_999.0, 1_000_000.0, 123_456_789.0, 1e-9, 1e21, inf, -inf, nan)
WORDS = ("plain", 'with "quotes"', "back\\slash", "two\nlines", "ümläut", "", "\x00\x1f", "{},=", "x" * 10_000)
PLAIN = Family("plain", "Without labels.")
COUNTED = Family("counted", "With labels.", ("route", "a_label"), Kind.COUNTER)
BARE = Family("bare", "Nobody has any.", ("route",), Kind.COUNTER)
TIMED = Family("timed_seconds", "In buckets.", ("route", "a_label", "zone"), Kind.HISTOGRAM)
UNTIMED = Family("untimed_seconds", "Nobody has any.", ("route",), Kind.HISTOGRAM)
SHOWN = Exemplar({"trace_id": "7" * 32, "span_id": "1" * 16}, 0.2, 1_700_000_000.5)
SCALE = Scale((100.0, 500.0), 1e3, 1e9)

labelled = st.text() | st.sampled_from(WORDS)
samples = st.dictionaries(st.tuples(labelled, labelled), st.floats() | st.integers(0, 10**9).map(float))


class Page:
    """The same families, made with the library."""

    def collect(self):
        yield GaugeMetricFamily(PLAIN.name, PLAIN.text, value=1.5)
        counted = CounterMetricFamily(COUNTED.name, COUNTED.text, labels=COUNTED.labels)
        for i, value in enumerate(NUMBERS):
            counted.add_metric((WORDS[i % len(WORDS)], str(i)), value)
        yield counted
        yield CounterMetricFamily(BARE.name, BARE.text, labels=BARE.labels)
        timed = HistogramMetricFamily(TIMED.name, TIMED.text, labels=TIMED.labels)
        for word in WORDS:
            timed.add_metric((word, "a", "z"), [("0.1", 2.0), ("0.5", 3.0, SHOWN), ("+Inf", 4.0)], 2.5)
        yield timed
        yield HistogramMetricFamily(UNTIMED.name, UNTIMED.text, labels=UNTIMED.labels)


def strings(values) -> pa.Array:
    return pa.array(values, pa.string())


def timed() -> tuple:
    """Each series in three rows, one after the other."""
    words = [strings(WORDS * 3), strings(["a"] * 3 * len(WORDS)), strings(["z"] * 3 * len(WORDS))]
    rows = [np.repeat(column, len(WORDS)) for column in ((100.0, 500.0, inf), (2.0, 1.0, 1.0), (1e8, 4e8, 2e9))]
    shown = {(word, "a", "z"): {500.0: SHOWN} for word in WORDS}
    return Groups.of(words), rows, SCALE, shown


def gathered():
    nobody, nothing = [strings([])], np.array([])
    yield PLAIN, [((), 1.5)]
    yield COUNTED, [((WORDS[i % len(WORDS)], str(i)), value) for i, value in enumerate(NUMBERS)]
    yield BARE, Columns(nobody, nothing)
    yield TIMED, observed(*timed())
    yield UNTIMED, observed(Groups.of(nobody), [nothing] * 3, SCALE, {})


@pytest.mark.parametrize(("encode", "is_open"), [(text, False), (open_metrics, True)])
def test_the_bytes_are_those_of_the_library(encode, is_open):
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Page())
    assert encoded(gathered(), open_metrics=is_open) == encode(registry)


@given(samples)
def test_columns_are_written_as_their_samples_are(told):
    columns = Columns(
        [strings(words) for words in zip(*told, strict=True)] or [strings([])] * 2, np.array([*told.values()])
    )
    assert encoded([(COUNTED, columns)], open_metrics=False) == encoded([(COUNTED, told.items())], open_metrics=False)


@given(st.lists(st.floats() | st.integers(-(10**16), 10**16).map(float) | st.decimals(0, 10**7, places=6).map(float)))
def test_a_column_of_numbers_is_written_as_each_of_them_is(values):
    assert numbers(np.array(values, float)).to_pylist() == [number(value) for value in values]
