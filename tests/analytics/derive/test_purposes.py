"""What usage was for is read from the tree, and does not depend on the order in which spans came."""

import random

import numpy as np
import pytest

from analytics.derive.purposes import _waiting
from tests.analytics.derive.house import Sent, call, derived

ROOT = Sent(span=1, kind="request", duration_s=60)


def purposes(*spans: Sent) -> dict[int, str]:
    """Purpose by span, of the spans that were billed."""
    with derived(ROOT, *spans, settle=True) as house:
        found: dict[int, set[str]] = {}
        for line in house.rows("select span_id, purpose from ledger_lines"):
            found.setdefault(line["span_id"], set()).add(line["purpose"])
        assert all(len(words) == 1 for words in found.values())
        return {span: words.pop() for span, words in sorted(found.items())}


def attempt(span: int, start_s: float, **more):
    """A call of one second below the root."""
    return call(**({"span": span, "parent": 1, "start_s": start_s} | more))


def test_a_call_that_works_at_once_is_for_the_answer():
    assert purposes(attempt(2, 0), attempt(3, 2)) == {2: "answer", 3: "answer"}


def test_the_same_model_after_a_failure_is_a_retry_and_the_next_call_is_none():
    assert purposes(attempt(2, 0, failed=True), attempt(3, 2), attempt(4, 4)) == {
        2: "failed_attempt",
        3: "retry",
        4: "answer",
    }


def test_another_model_after_a_failure_is_a_fallback():
    assert purposes(attempt(2, 0, failed=True), attempt(3, 2, model="gpt-4o-mini"))[3] == "fallback"


def test_another_provider_after_a_failure_is_a_fallback():
    azure = {"gen_ai.provider.name": "azure.ai.openai"}
    assert purposes(attempt(2, 0, failed=True), attempt(3, 2, says=azure))[3] == "fallback"


def test_a_failure_without_usage_is_no_line_and_still_makes_the_next_call_a_retry():
    assert purposes(attempt(2, 0, failed=True, tokens=None), attempt(3, 2)) == {3: "retry"}


def test_a_retry_that_fails_too_is_a_failed_attempt_and_taken_up_in_its_turn():
    assert purposes(attempt(2, 0, failed=True), attempt(3, 2, failed=True), attempt(4, 4, model="gpt-4o-mini")) == {
        2: "failed_attempt",
        3: "failed_attempt",
        4: "fallback",
    }


def test_a_call_that_ran_beside_the_one_that_failed_took_nothing_up():
    assert purposes(attempt(2, 0, failed=True), attempt(3, 0.5), attempt(4, 2)) == {
        2: "failed_attempt",
        3: "answer",
        4: "retry",
    }


def test_two_failures_side_by_side_are_taken_up_by_two_calls_each_compared_with_its_own():
    both = attempt(2, 0, failed=True), attempt(3, 0.1, failed=True, model="gpt-4o-mini")
    assert purposes(*both, attempt(4, 2, model="gpt-4o"), attempt(5, 2.1, model="gpt-4o"), attempt(6, 2.2)) == {
        2: "failed_attempt",
        3: "failed_attempt",
        4: "retry",
        5: "fallback",
        6: "answer",
    }


def test_calls_below_different_steps_or_of_different_kinds_are_no_attempts_at_each_other():
    step = Sent(span=2, parent=1, kind="workflow")
    other = attempt(4, 4, kind="embedding", tokens=(50,), model="text-embedding-3-small")
    assert purposes(step, attempt(3, 0, parent=2, failed=True), other, attempt(5, 6)) == {
        3: "failed_attempt",
        4: "embedding",
        5: "answer",
    }


def test_attempts_below_the_wrapper_of_a_framework_are_attempts_at_one_call():
    wrapper = attempt(2, 0, duration_s=9, tokens=(1_200, 80))
    first = attempt(3, 0, parent=2, failed=True, tokens=None)
    assert purposes(wrapper, first, attempt(4, 2, parent=2)) == {4: "retry"}


def test_a_wrapper_that_fails_around_a_call_that_worked_makes_no_attempt_of_it():
    wrapper = attempt(2, 0, failed=True, tokens=None)
    assert purposes(wrapper, attempt(3, 0, parent=2), attempt(4, 2)) == {3: "answer", 4: "answer"}


def test_the_wrappers_of_two_attempts_are_no_attempts_of_their_own():
    wrappers = attempt(2, 0, failed=True, tokens=None), attempt(4, 2, tokens=None)
    assert purposes(*wrappers, attempt(3, 0, parent=2, failed=True), attempt(5, 2, parent=4), attempt(6, 4)) == {
        3: "failed_attempt",
        5: "retry",
        6: "answer",
    }


@pytest.mark.parametrize(
    ("context", "purpose"),
    [
        ("evaluator", "judge"),
        ("guardrail", "guardrail"),
        ("tool", "tool"),
        ("retriever", "retrieval"),
        ("memory", "memory"),
        ("agent", "answer"),
        ("workflow", "answer"),
        ("router", "answer"),
        ("cache", "answer"),
    ],
)
def test_a_call_is_for_the_nearest_step_that_uses_models_for_its_own_end(context, purpose):
    outer = Sent(span=2, parent=1, kind=context, duration_s=9)
    chain = Sent(span=3, parent=2, kind="workflow", duration_s=9)
    assert purposes(outer, chain, attempt(4, 0, parent=3)) == {4: purpose}


@pytest.mark.parametrize(("context", "purpose"), [("evaluator", "judge"), ("tool", "embedding"), (None, "embedding")])
def test_an_embedding_is_an_embedding_unless_it_serves_a_judgement(context, purpose):
    outer = Sent(span=2, parent=1, kind=context, duration_s=9)
    vectors = attempt(3, 0, parent=2, kind="embedding", tokens=(50,), model="text-embedding-3-small")
    assert purposes(outer, vectors) == {3: purpose}


def test_a_rerank_and_a_tool_that_bills_by_itself_have_their_own_words():
    rerank = Sent(span=2, parent=1, kind="rerank", says={"burnline.usage.search_units": 1})
    tool = Sent(span=3, parent=1, kind="tool", says={"burnline.usage.search_units": 2})
    assert purposes(rerank, tool) == {2: "rerank", 3: "tool"}


def test_attempts_of_a_judge_are_attempts_first():
    judge = Sent(span=2, parent=1, kind="evaluator", duration_s=9)
    assert purposes(judge, attempt(3, 0, parent=2, failed=True), attempt(4, 2, parent=2)) == {
        3: "failed_attempt",
        4: "retry",
    }


def test_the_order_of_arrival_changes_nothing():
    models = ("gpt-4o", "gpt-4o-mini", "gpt-4o", "gpt-4o")
    spans = [attempt(n, n * 0.7, failed=n % 3 == 0, model=models[n % 4]) for n in range(2, 30)]
    expected = purposes(*spans)
    shuffled = random.Random(3).sample(spans, len(spans))
    assert purposes(*shuffled) == expected
    assert {"retry", "fallback", "failed_attempt"} <= set(expected.values())


def test_failures_wait_in_their_own_group_only():
    ends = np.array([True, False, False, True, True, False])
    begins = np.array([True, False, False, True, False, False])
    assert _waiting(ends, begins).tolist() == [0, 1, 0, 0, 1, 2]
