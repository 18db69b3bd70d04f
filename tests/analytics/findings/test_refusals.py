"""Answers that are refused in their finish reason are a figure of everybody, of routes and of models."""

import pytest

from analytics.findings.reading import Key, figures
from tests.analytics.derive.house import NOON, S, Sent, call
from tests.analytics.findings.story import told

FIRST = NOON // S // 300


def spans():
    """Twenty requests of two steps; in the second a model declines half of what it is asked, and one error says so."""
    for number in range(40):
        at_s, trace = number * 15.0, number + 1
        refused = number >= 20 and number % 2 == 0
        failed = number == 21
        says = {"gen_ai.response.finish_reasons": ["refusal" if refused else "end_turn"]}
        wrong = {"error.type": "GuardrailBlocked"} if failed else {}
        yield Sent(trace=trace, start_s=at_s, kind="request", failed=failed, says={"burnline.route": "answer", **wrong})
        yield call(trace=trace, span=2, parent=1, start_s=at_s, tokens=(1_200, 80), says=says)


@pytest.fixture(scope="module")
def found():
    with told(*spans()) as house:
        yield figures(house.store, FIRST, FIRST + 2, 300, per=["all", "route", "model"], least=10)


@pytest.mark.parametrize(("dimension", "value"), [("all", ""), ("route", "answer")])
def test_the_share_of_refused_requests_counts_reasons_and_errors(found, dimension, value):
    assert found[Key("refusal_ratio", dimension, value)] == {FIRST: 0.0, FIRST + 1: 11 / 20}


def test_the_share_of_a_model_counts_its_calls(found):
    assert found[Key("refusal_ratio", "model", "gpt-4o")] == {FIRST: 0.0, FIRST + 1: 10 / 20}
