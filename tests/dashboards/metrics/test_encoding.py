"""The page has the bytes that prometheus_client would write, in both formats."""

from math import inf, nan

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import generate_latest as text
from prometheus_client.openmetrics.exposition import generate_latest as open_metrics

from dashboards.metrics.encoding import encoded
from dashboards.metrics.families import Family, Kind
from dashboards.metrics.observed import Histograms, Observed

NUMBERS = (0.0, 3.0, 0.1, -2.5, 999_999.0, 1_000_000.0, 123_456_789.0, 1e-9, 1e21, inf, -inf, nan)
WORDS = ("plain", 'with "quotes"', "back\\slash", "two\nlines", "ümläut", "")
PLAIN = Family("plain", "Without labels.")
COUNTED = Family("counted", "With labels.", ("route", "a_label"), Kind.COUNTER)
TIMED = Family("timed_seconds", "In buckets.", ("route", "a_label", "zone"), Kind.HISTOGRAM)


class Page:
    """The same families, made with the library."""

    def collect(self):
        yield GaugeMetricFamily(PLAIN.name, PLAIN.text, value=1.5)
        counted = CounterMetricFamily(COUNTED.name, COUNTED.text, labels=COUNTED.labels)
        for i, number in enumerate(NUMBERS):
            counted.add_metric((WORDS[i % len(WORDS)], str(i)), number)
        yield counted
        timed = HistogramMetricFamily(TIMED.name, TIMED.text, labels=TIMED.labels)
        for word in WORDS:
            timed.add_metric((word, "a", "z"), [("0.1", 2.0), ("0.5", 3.0), ("+Inf", 4.0)], 2.5)
        yield timed


def gathered():
    observed = Observed()
    for bound_ms, count, amount_ns in ((100.0, 2, 1e8), (500.0, 1, 4e8), (inf, 1, 2e9)):
        observed.add(bound_ms, count, amount_ns)
    yield PLAIN, [((), 1.5)]
    yield COUNTED, [((WORDS[i % len(WORDS)], str(i)), number) for i, number in enumerate(NUMBERS)]
    yield TIMED, Histograms((100.0, 500.0), 1e3, 1e9, {(word, "a", "z"): observed for word in WORDS})


@pytest.mark.parametrize(("encode", "is_open"), [(text, False), (open_metrics, True)])
def test_the_bytes_are_those_of_the_library(encode, is_open):
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Page())
    assert encoded(gathered(), open_metrics=is_open) == encode(registry)
