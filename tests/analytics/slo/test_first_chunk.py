"""Time to the first chunk: whose it is, and what a request without one says."""

import pytest

from analytics.slo.arithmetic import Counts
from analytics.slo.burn import window_counts
from analytics.slo.judging import register
from analytics.slo.objective import Objective, Sli
from tests.analytics.derive.house import House, Sent, call, small_book
from tests.laws.test_measure_laws import AT

PROMPT = Objective("prompt", Sli.FIRST_CHUNK, 0.99, threshold_ms=800.0)
CALLS = Objective("calls", Sli.FIRST_CHUNK, 0.99, threshold_ms=800.0, stage="model")
GOOD, BAD, NOTHING = Counts(1, 1), Counts(1, 0), Counts(0, 0)


def chunk_after(seconds: float) -> dict[str, object]:
    return {"gen_ai.response.time_to_first_chunk": seconds, "gen_ai.request.stream": True}


STREAM = {"gen_ai.request.stream": True}


def told(span: int, *, start_s: float = 0.0, duration_s: float = 2.0, failed: bool = False, says=None) -> Sent:
    return call(span=span, parent=1, start_s=start_s, duration_s=duration_s, failed=failed, says=says or {})


# spans under a request of 2 s -> what is counted
STORIES = {
    "a chunk in time": ([told(2, says=chunk_after(0.2))], GOOD),
    "a chunk too late": ([told(2, says=chunk_after(0.9))], BAD),
    "a chunk in time for the call, not for the request": ([told(2, start_s=0.7, says=chunk_after(0.2))], BAD),
    "no stream": ([told(2)], NOTHING),
    "a rewriting call that streamed before": (
        [told(2, duration_s=0.3, says=chunk_after(0.1)), told(3, start_s=0.3, says=chunk_after(0.7))],
        BAD,
    ),
    "a stream that failed, and the next one": (
        [told(2, duration_s=0.3, failed=True, says=STREAM), told(3, start_s=0.3, says=chunk_after(0.2))],
        GOOD,
    ),
}
# the same where the request fails
FAILURES = {
    "a stream without a chunk": ([told(2, failed=True, says=STREAM)], 2.0, BAD),
    "a stream without a chunk, at once": ([told(2, failed=True, duration_s=0.5, says=STREAM)], 0.5, NOTHING),
    "a stream that broke off": ([told(2, failed=True, says=chunk_after(0.2))], 2.0, GOOD),
    "no stream": ([told(2, failed=True)], 2.0, NOTHING),
    "no call at all": ([], 2.0, NOTHING),
}


def counted(objective: Objective, *spans: Sent) -> Counts:
    with House(prices=small_book()) as house:
        register(house.store, [objective])
        house.send(*spans)
        house.settle()
        [found] = window_counts(house.store, [(objective.objective_id, 7_200.0)], AT).values()
        return found


@pytest.mark.parametrize(("spans", "expected"), STORIES.values(), ids=STORIES)
def test_a_request_waits_for_the_first_chunk_of_its_answer(spans, expected):
    assert counted(PROMPT, Sent(span=1, kind="request", duration_s=2.0), *spans) == expected


@pytest.mark.parametrize(("spans", "duration_s", "expected"), FAILURES.values(), ids=FAILURES)
def test_only_a_stream_can_have_failed_before_its_first_chunk(spans, duration_s, expected):
    assert counted(PROMPT, Sent(span=1, kind="request", duration_s=duration_s, failed=True), *spans) == expected


def test_calls_are_judged_by_themselves():
    spans = [told(2, failed=True, says=STREAM), told(3, says=chunk_after(0.2)), told(4, failed=True)]
    assert counted(CALLS, Sent(span=1, kind="request", duration_s=2.0), *spans) == Counts(2, 1)
