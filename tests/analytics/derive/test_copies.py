"""One provider call told by several spans is billed once, and which span stays depends on nothing but the spans."""

import pytest

from tests.analytics.derive.house import House, Sent, call, derived

LANGCHAIN = "openinference.instrumentation.langchain"
LITELLM = "litellm"
SDK = "com.anthropic.sdk.python"
TOKENS = (1_200, 80, 1_024)


def billed(*spans):
    """(input tokens, calls) by trace, the same in every order of arrival with a derivation after each span."""
    with derived(*spans, settle=True) as house:
        expected = _by_trace(house)
    for order in (spans[::-1], spans[1:] + spans[:1]):
        with House() as house:
            for span in order:
                house.send(span)
                house.derive()
            house.settle()
            assert _by_trace(house) == expected
    return expected


def _by_trace(house):
    return {
        int(row["trace"].replace("-", ""), 16): (row["input_tokens"], row["call_count"]) for row in house.requests()
    }


def test_siblings_with_one_response_id_are_one_call():
    found = billed(
        Sent(span=1),
        call(span=2, parent=1, response="msg_1", tokens=TOKENS),
        call(span=3, parent=1, response="msg_1", tokens=TOKENS, scope=SDK),
    )
    assert found == {1: (1_200, 1)}


def test_a_call_told_in_two_traces_is_billed_in_the_trace_of_the_providers_own_sdk():
    found = billed(call(trace=1, response="msg_1", tokens=(1_200, 81)), call(trace=2, response="msg_1", scope=SDK))
    assert found == {1: (None, 0), 2: (1_200, 1)}


def test_of_three_copies_one_stays():
    found = billed(*(call(trace=trace, response="msg_1", scope=f"app{trace}") for trace in (1, 2, 3)))
    assert sorted(tokens or 0 for tokens, _ in found.values()) == [0, 0, 1_200]
    assert sum(calls for _, calls in found.values()) == 1


def test_the_copy_that_tells_more_stays():
    found = billed(call(trace=1, response="msg_1", tokens=(1_200, 80)), call(trace=2, response="msg_1", tokens=TOKENS))
    assert found == {1: (None, 0), 2: (1_200, 1)}


def test_a_copy_within_a_request_stays_before_an_orphan():
    found = billed(
        call(trace=1, response="msg_1"), Sent(trace=2, span=1), call(trace=2, span=2, parent=1, response="msg_1")
    )
    assert found == {1: (None, 0), 2: (1_200, 1)}


def test_chains_of_copies_are_followed_to_their_end():
    """Each request shares a call with the next one: a late copy at one end concerns all of them."""
    links = 12
    spans = [
        call(trace=trace, span=span, response=f"r{trace + span}", tokens=(2 ** (trace + span), 1), start_s=trace / 10)
        for trace in range(1, links)
        for span in (1, 2)
    ]
    with derived(*spans) as at_once, House() as one_by_one:
        expected = _by_trace(at_once)
        for trace in range(links - 1, 0, -1):
            one_by_one.send(*(span for span in spans if span.trace == trace))
            one_by_one.derive()
        assert _by_trace(one_by_one) == expected
        billed_once = sum(2**number for number in range(2, links + 2))
        assert sum(tokens or 0 for tokens, _ in expected.values()) == billed_once


def test_one_response_id_a_day_apart_is_two_calls():
    """An id that comes back after so long was made up; copies start within seconds of each other."""
    late = call(trace=2, response="msg_1", start_s=3_600)
    assert billed(call(trace=1, response="msg_1"), late) == {1: (1_200, 1), 2: (1_200, 1)}


def test_a_framework_call_without_an_id_around_an_sdk_call_with_the_same_counts_is_a_copy():
    found = billed(
        call(trace=1, scope=LANGCHAIN, tokens=TOKENS, duration_s=2),
        call(trace=2, tokens=TOKENS, start_s=0.5, response="msg_1"),
    )
    assert sum(tokens or 0 for tokens, _ in found.values()) == 1_200


def test_a_framework_call_that_ends_before_the_sdk_call_is_another_call():
    found = billed(
        call(trace=1, scope=LANGCHAIN, tokens=TOKENS, duration_s=1),
        call(trace=2, tokens=TOKENS, start_s=0.5, duration_s=1),
    )
    assert found == {1: (1_200, 1), 2: (1_200, 1)}


def test_no_match_is_made_across_services():
    found = billed(
        call(trace=1, scope=LANGCHAIN, tokens=TOKENS, duration_s=2, service="shop"),
        call(trace=2, tokens=TOKENS, start_s=0.5, service="desk"),
    )
    assert found == {1: (1_200, 1), 2: (1_200, 1)}


@pytest.mark.parametrize("calls", [2, 3])
def test_equal_calls_at_the_same_time_are_matched_one_to_one(calls):
    framework = [
        call(trace=n, scope=LANGCHAIN, tokens=TOKENS, duration_s=2, start_s=n / 10) for n in range(1, calls + 1)
    ]
    sdk = [call(trace=10 + n, tokens=TOKENS, start_s=n / 10 + 0.5) for n in range(1, calls + 1)]
    found = billed(*framework, *sdk)
    assert sum(tokens or 0 for tokens, _ in found.values()) == calls * 1_200


def test_of_two_equal_framework_calls_with_one_sdk_call_one_is_a_call_of_its_own():
    found = billed(
        call(trace=1, scope=LANGCHAIN, tokens=TOKENS, duration_s=2),
        call(trace=2, scope=LANGCHAIN, tokens=TOKENS, duration_s=2),
        call(trace=3, tokens=TOKENS, start_s=0.5),
    )
    assert sum(tokens or 0 for tokens, _ in found.values()) == 2 * 1_200


def test_the_copy_of_a_framework_call_is_known_after_a_restart():
    with House() as house:
        house.send(call(trace=1, scope=LANGCHAIN, tokens=TOKENS, duration_s=2))
        house.derive()
        house.restart()
        house.send(call(trace=2, tokens=TOKENS, start_s=0.5))
        house.derive()
        assert sum(row["input_tokens"] or 0 for row in house.requests()) == 1_200


def test_equal_calls_one_after_the_other_do_not_drag_each_other_into_every_derivation():
    """A probe with the same prompt every few seconds overlaps with itself nowhere."""
    with House() as house:
        for number in range(6):
            house.send(call(trace=number + 1, scope=LANGCHAIN, tokens=TOKENS, start_s=number * 10))
        house.derive()
        house.send(call(trace=99, scope=LANGCHAIN, tokens=TOKENS, start_s=60))
        (done,) = house.derive()
        assert done.requests == 1


def test_a_response_id_that_everybody_sends_is_made_up_and_joins_nothing():
    """A fake provider answers every call with the same id."""
    many = [call(trace=number, response="chatcmpl-fake", start_s=number / 100) for number in range(1, 21)]
    with derived(*many) as at_once, House() as one_by_one:
        assert sum(row["input_tokens"] or 0 for row in at_once.requests()) == 20 * 1_200
        for first in (0, 5, 10, 15, 18):
            one_by_one.send(*many[first : first + 5])
            one_by_one.derive()
        assert _by_trace(one_by_one) == _by_trace(at_once)
