"""What the index of recent keys remembers, and what it says of itself."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from collector.recent import ALWAYS_NS, RecentKeys


def keys(*numbers):
    return np.array(numbers, np.uint64)


def remembered(recent, *numbers):
    return recent.contains(keys(*numbers)).tolist()


def test_an_empty_index_knows_nothing_and_has_forgotten_nothing():
    recent = RecentKeys(10)
    assert remembered(recent, 1, 2) == [False, False]
    assert remembered(recent) == []
    assert recent.covered_from_ns == ALWAYS_NS


def test_half_the_capacity_is_always_remembered():
    recent = RecentKeys(capacity=4)
    for number in range(1, 10):
        recent.add(keys(number), at_ns=number)
    assert remembered(recent, 8, 9) == [True, True]
    assert remembered(recent, 1) == [False]


def test_what_was_forgotten_lies_before_the_covered_instant():
    recent = RecentKeys(capacity=4)
    for number in (1, 2, 3, 4):
        recent.add(keys(number), at_ns=number * 10)
    assert recent.covered_from_ns == ALWAYS_NS  # two generations hold all of them
    recent.add(keys(5), at_ns=50)
    assert remembered(recent, 1, 2, 3, 4, 5) == [False, False, True, True, True]
    assert recent.covered_from_ns == 30


def test_keys_that_were_not_loaded_stay_uncovered_when_generations_turn():
    recent = RecentKeys(capacity=4)
    recent.add(keys(7, 8), at_ns=100)  # the newest of a larger store
    recent.begin_at(100)
    recent.add(keys(9), at_ns=110)  # turns the generation
    assert recent.covered_from_ns == 100


def test_the_largest_and_smallest_keys_are_keys_like_others():
    recent = RecentKeys(10)
    recent.add(keys(0, 2**64 - 1), at_ns=1)
    assert remembered(recent, 0, 1, 2**64 - 1) == [True, False, True]


@given(st.integers(1, 12), st.integers(0, 3), st.lists(st.lists(st.integers(0, 30), max_size=5), max_size=12))
def test_every_key_added_since_the_covered_instant_is_remembered(capacity, unloaded, batches):
    recent, added = RecentKeys(capacity), {}
    for at_ns, batch in enumerate(batches):
        if at_ns == unloaded:
            recent.begin_at(at_ns)
        recent.add(keys(*batch), at_ns=at_ns)
        added |= dict.fromkeys(batch, at_ns)
    covered = [number for number, at_ns in added.items() if at_ns >= recent.covered_from_ns]
    assert all(remembered(recent, *covered))
    assert not any(remembered(recent, *(number for number in range(31) if number not in added)))
    if len(batches) > unloaded:
        assert recent.covered_from_ns >= unloaded
