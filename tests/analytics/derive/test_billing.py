"""What a trace was billed, when spans repeat each other's usage up the tree."""

import time
from dataclasses import dataclass

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analytics.derive.billing import PARTS, WHOLES, Told, billed
from collector.dialects.kinds import CALL_KINDS, Kind

KINDS = tuple(Kind)


@dataclass(frozen=True, slots=True)
class One:
    """A span: the position of its parent, its kind, and its counts; None tells no usage."""

    parent: int = -1
    kind: Kind = Kind.MODEL
    input: int | None = None
    output: int = 0
    read: int = 0
    write: int = 0
    one_hour: int = 0
    reasoning: int = 0


_NAMES = {
    "input_tokens": "input",
    "output_tokens": "output",
    "cache_read_tokens": "read",
    "cache_write_tokens": "write",
    "cache_write_1h_tokens": "one_hour",
    "reasoning_tokens": "reasoning",
}


def bills(*spans: One) -> dict[str, list[int]]:
    tokens = {
        name: np.array([getattr(span, _NAMES.get(name, ""), 0) or 0 for span in spans], np.int64)
        for name in (*WHOLES, *PARTS)
    }
    told = Told(
        parent=np.array([span.parent for span in spans], np.int64),
        kind=np.array([KINDS.index(span.kind) for span in spans], np.int8),
        call=np.array([span.kind in CALL_KINDS for span in spans]),
        known=np.array([span.input is not None for span in spans]),
        tokens=tokens,
    )
    return {name: counts.tolist() for name, counts in billed(told).items()}


def test_spans_beside_each_other_each_bill_their_own():
    assert bills(One(input=100), One(input=20))["input_tokens"] == [100, 20]


def test_an_agent_that_repeats_the_sum_of_its_calls_bills_nothing():
    found = bills(
        One(kind=Kind.AGENT, input=660, output=44), One(0, input=300, output=20), One(0, input=360, output=24)
    )
    assert found["input_tokens"] == [0, 300, 360]
    assert found["output_tokens"] == [0, 20, 24]


def test_an_agent_that_repeats_only_the_last_call_takes_nothing_from_the_others():
    found = bills(One(kind=Kind.AGENT, input=360), One(0, input=300), One(0, input=360))
    assert found["input_tokens"] == [0, 300, 360]


def test_what_an_agent_has_more_than_the_calls_that_arrived_is_its_own():
    assert bills(One(kind=Kind.AGENT, input=660), One(0, input=300))["input_tokens"] == [360, 300]


def test_spans_without_usage_pass_the_sums_below_them_up():
    found = bills(One(kind=Kind.AGENT, input=660), One(0, kind=Kind.TOOL), One(1, input=300), One(1, input=360))
    assert found["input_tokens"] == [0, 0, 300, 360]


def test_calls_of_one_kind_within_each_other_are_one_call():
    assert bills(One(input=1_200), One(0, input=1_200), One(1, input=1_200))["input_tokens"] == [0, 0, 1_200]


def test_an_embedding_made_inside_a_chat_is_no_part_of_the_chat():
    assert bills(One(input=1_200), One(0, kind=Kind.EMBEDDING, input=17))["input_tokens"] == [1_200, 17]


def test_an_embedding_inside_a_chat_is_part_of_the_agent_around_both():
    found = bills(One(kind=Kind.AGENT, input=1_217), One(0, input=1_200), One(1, kind=Kind.EMBEDDING, input=17))
    assert found["input_tokens"] == [0, 1_200, 17]


def test_a_parent_without_the_cache_leaves_it_to_the_child_that_has_it():
    found = bills(One(input=1_200, output=80), One(0, input=1_200, output=80, read=1_024, reasoning=32))
    assert (found["input_tokens"], found["cache_read_tokens"], found["reasoning_tokens"]) == (
        [0, 1_200],
        [0, 1_024],
        [0, 32],
    )


def test_a_child_without_the_cache_keeps_the_sum_and_the_parent_adds_no_second_input():
    found = bills(One(input=1_200, read=1_024), One(0, input=1_200))
    assert (sum(found["input_tokens"]), sum(found["cache_read_tokens"])) == (1_200, 0)


def test_cached_parts_of_what_is_left_to_a_parent_fit_into_it_together():
    found = bills(One(kind=Kind.AGENT, input=1_400, read=300, write=200), One(0, input=1_000))
    assert found["input_tokens"] == [400, 1_000]
    assert (found["cache_read_tokens"][0], found["cache_write_tokens"][0]) == (300, 400 - 300)


def test_a_long_way_up_through_calls_of_another_kind_ends_soon():
    chain = [One(number - 1, kind=Kind.EMBEDDING, input=1) for number in range(20_000)]
    chain += [One(len(chain) - 1, input=7)]
    started = time.process_time()
    found = bills(*chain)
    assert time.process_time() - started < 3
    assert sum(found["input_tokens"]) == 1 + 7


def test_fifty_thousand_calls_in_one_chain_bill_the_innermost():
    found = bills(*(One(number - 1, input=100) for number in range(50_000)))
    assert (sum(found["input_tokens"]), found["input_tokens"][-1]) == (100, 100)


SPANS = st.builds(
    One,
    parent=st.just(-1),
    kind=st.sampled_from([Kind.MODEL, Kind.EMBEDDING, Kind.AGENT, Kind.TOOL]),
    input=st.one_of(st.none(), st.integers(0, 50)),
    output=st.integers(0, 9),
    read=st.integers(0, 50),
    write=st.integers(0, 50),
    one_hour=st.integers(0, 50),
    reasoning=st.integers(0, 9),
)


@st.composite
def trees(draw):
    """Trees whose usage is consistent, as normalising leaves it."""
    found = []
    for number, span in enumerate(draw(st.lists(SPANS, min_size=1, max_size=8))):
        whole = span.input or 0
        read = min(span.read, whole)
        write = min(span.write, whole - read)
        found.append(
            One(
                draw(st.integers(-1, number - 1)),
                span.kind,
                span.input,
                span.output,
                read,
                write,
                min(span.one_hour, write),
                min(span.reasoning, span.output),
            )
        )
    return found


@given(trees())
def test_bills_are_never_negative_and_parts_fit_into_their_wholes(spans):
    found = {name: np.array(counts) for name, counts in bills(*spans).items()}
    assert all((counts >= 0).all() for counts in found.values())
    assert (found["cache_read_tokens"] + found["cache_write_tokens"] <= found["input_tokens"]).all()
    assert (found["cache_write_1h_tokens"] <= found["cache_write_tokens"]).all()
    assert (found["reasoning_tokens"] <= found["output_tokens"]).all()


@given(trees())
def test_a_tree_is_billed_at_least_its_largest_span_and_at_most_all_of_them(spans):
    billed_input = sum(bills(*spans)["input_tokens"])
    told = [span.input for span in spans if span.input is not None]
    assert max(told, default=0) <= billed_input <= sum(told)


@given(trees())
def test_sums_equal_a_walk_over_the_tree(spans):
    assert sum(bills(*spans)["input_tokens"]) == sum(own - below for own, below in _walked(spans))


def _walked(spans):
    """(subtree, what is inside it) of every span with usage, by the rule in words."""
    subtree, inside = {}, dict.fromkeys(range(len(spans)), 0)
    for i in reversed(range(len(spans))):  # children stand after their parents
        if spans[i].input is None:
            continue
        subtree[i] = max(spans[i].input, inside[i])
        above = spans[i].parent
        while above != -1 and not _holds(spans[above], spans[i]):
            above = spans[above].parent
        if above != -1:
            inside[above] += subtree[i]
    return [(subtree[i], inside[i]) for i in subtree]


def _holds(above, span):
    return above.input is not None and (above.kind not in CALL_KINDS or above.kind is span.kind)
