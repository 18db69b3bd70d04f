"""Parent ids make trees, whatever they point at."""

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.derive.tree import NOBODY, forest, generations, nearest

DEEP = 50_000


def grown(*spans, trace=None):
    """The forest of (span id, parent id or None), all in one trace unless said."""
    ids = np.array([span for span, _ in spans], np.uint64)
    parents = np.array([parent or 0 for _, parent in spans], np.uint64)
    has_parent = np.array([parent is not None for _, parent in spans])
    traces = np.array(trace or [7] * len(spans), np.uint64)
    return forest(traces, ids, parents, has_parent)


def parents_of(*spans, trace=None):
    return grown(*spans, trace=trace).parent.tolist()


def test_a_parent_is_found_by_its_id_before_or_after_its_child():
    assert parents_of((2, 1), (1, None), (3, 1)) == [1, NOBODY, 1]


def test_a_parent_that_has_not_come_is_nobody():
    assert parents_of((1, 99), (2, 1)) == [NOBODY, 0]


def test_a_span_is_not_its_own_parent():
    assert parents_of((1, 1), (2, 1)) == [NOBODY, 0]


def test_a_circle_is_cut_and_what_stands_beside_it_is_left_alone():
    assert parents_of((1, 2), (2, 3), (3, 1), (4, None), (5, 4)) == [NOBODY, NOBODY, NOBODY, NOBODY, 3]


def test_the_same_span_id_in_another_trace_is_somebody_else():
    found = grown((1, None), (2, 1), (1, None), (2, 1), trace=[7, 7, 8, 8])
    assert found.parent.tolist() == [NOBODY, 0, NOBODY, 2]
    assert (found.traces, found.trace.tolist()) == (2, [0, 0, 1, 1])


def test_the_nearest_marked_ancestor_skips_the_unmarked():
    parent = np.array([NOBODY, 0, 1, 2, NOBODY])
    assert nearest(parent, np.array([True, False, False, True, True])).tolist() == [NOBODY, 0, 0, 0, NOBODY]


def test_generations_of_a_small_tree():
    parent = np.array([NOBODY, 0, 1, NOBODY])
    assert generations(parent).tolist() == [0, 1, 2, 0]


@pytest.mark.parametrize("order", ["from the root", "from the leaf"])
def test_a_chain_of_fifty_thousand_spans_takes_well_under_a_second(order):
    spans = [(number, number - 1 or None) for number in range(1, DEEP + 1)]
    started = time.process_time()
    found = grown(*(spans if order == "from the root" else reversed(spans)))
    depth = generations(found.parent)
    above = nearest(found.parent, found.parent == NOBODY)
    assert time.process_time() - started < 1
    assert sorted(depth.tolist()) == list(range(DEEP))
    assert (above == NOBODY).sum() == 1


def test_a_circle_of_fifty_thousand_spans_is_cut():
    assert set(parents_of(*((number, number % DEEP + 1) for number in range(1, DEEP + 1)))) == {NOBODY}


@given(st.lists(st.one_of(st.none(), st.integers(1, 12)), min_size=1, max_size=10))
def test_ancestors_equal_a_walk_up_and_never_end_in_a_circle(parents):
    found = grown(*enumerate(parents, start=1)).parent
    marked = np.arange(len(found)) % 2 == 0
    for span in range(len(found)):
        above, walked = [], int(found[span])
        while walked != NOBODY:
            assert walked not in above
            above.append(walked)
            walked = int(found[walked])
        assert generations(found)[span] == len(above)
        assert nearest(found, marked)[span] == next((i for i in above if marked[i]), NOBODY)
