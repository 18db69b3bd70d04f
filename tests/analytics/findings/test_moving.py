"""The difference of two windows is taken apart exactly; a value that everybody has explains nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.findings import moving
from analytics.findings.moving import How, Row, moved

COUNTS = st.integers(1, 1_000)
SUMS = st.integers(0, 100_000)


def test_a_new_version_with_all_of_the_traffic_explains_all_of_it():
    rows = [Row({"model_version": "a"}, 100, 1_000, 0, 0), Row({"model_version": "b"}, 0, 0, 100, 2_000)]
    (best, *_) = moved(rows, per_request=True)
    assert (best.dimension, best.value, best.how, best.share) == ("model_version", "b", How.NEW, 1.0)


def test_a_tenant_that_everybody_is_explains_nothing():
    assert moved([Row({"tenant": "acme"}, 100, 1_000, 100, 3_000)], per_request=True) == []


def test_more_traffic_of_a_dear_value_is_another_share_and_no_change_inside():
    rows = [Row({"tenant": "dear"}, 10, 1_000, 50, 5_000), Row({"tenant": "cheap"}, 90, 900, 50, 500)]
    (best,) = moved(rows, per_request=True)
    assert (best.value, best.how) == ("dear", How.SHARE)
    assert (best.before, best.since) == (100.0, 100.0)


def test_of_values_that_explain_the_same_the_most_telling_is_named_first():
    rows = [
        Row({"prompt": "greeting 6", "tenant": "acme"}, 50, 500, 0, 0),
        Row({"prompt": "greeting 7", "tenant": "acme"}, 0, 0, 50, 5_000),
        Row({"prompt": "other", "tenant": "umbrella"}, 50, 500, 50, 500),
    ]
    assert [one.dimension for one in moved(rows, per_request=True)] == ["prompt", "tenant"]


def test_sums_are_held_per_length_of_a_window():
    rows = [Row({"tenant": "acme"}, 60, 60, 10, 10), Row({"tenant": "umbrella"}, 60, 60, 40, 40)]
    (best,) = moved(rows, per_request=False, lengths=(6.0, 1.0))
    assert (best.value, best.share) == ("umbrella", 1.0)  # 60 in six hours and 10 in one are the same


@given(st.lists(st.tuples(COUNTS, SUMS, COUNTS, SUMS), min_size=2, max_size=6))
def test_the_values_of_a_dimension_add_up_to_the_difference(sums):
    rows = [Row({"tenant": str(number)}, *four) for number, four in enumerate(sums)]
    by_value = moving._by_value(rows, "tenant")
    whole = moving._Sums(*(sum(column) for column in zip(*by_value.values(), strict=True)))
    parts = [moving._per_request(one, whole, (1.0, 1.0))[0] for one in by_value.values()]
    difference = whole.y1 / whole.a - whole.y0 / whole.b
    assert sum(parts) == pytest.approx(difference, abs=1e-6 * (1 + abs(difference)) + 1e-6)
