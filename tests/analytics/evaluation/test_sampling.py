"""Golden questions come from stored requests, by class, in a seeded order, with what they stand for."""

import json
from collections import Counter

import pytest

from analytics.evaluation.golden import QuestionClass
from analytics.evaluation.sampling import Wanted, sample
from analytics.questions import Window
from tests.analytics.derive.evaluated import Evaluation, evaluate
from tests.analytics.derive.house import NOON, House, S, Sent, call, small_book

HOUR = Window(NOON, NOON + 3_600 * S)
COUNTS = dict.fromkeys(QuestionClass, 5)


def asked(trace, route="answer", question=None, **says):
    """A request with a question in its messages."""
    message = [{"role": "user", "parts": [{"type": "text", "content": question or f"Question {trace}?"}]}]
    answer = [{"role": "assistant", "parts": [{"type": "text", "content": f"Answer {trace}."}]}]
    told = {
        "burnline.route": route,
        "gen_ai.input.messages": json.dumps(message),
        "gen_ai.output.messages": json.dumps(answer),
        **says,
    }
    return Sent(trace=trace, start_s=float(trace), says=told)


@pytest.fixture
def house():
    with House(prices=small_book()) as opened:
        yield opened


def drawn(house, counts=None, **said):
    house.settle()
    return sample(house.store, HOUR, Wanted(COUNTS if counts is None else counts, **said))


def reasons(found):
    return {int(item.item_id, 16): (str(item.question_class), item.provenance["why"]) for item in found.items}


def test_every_class_is_decided_by_its_rule(house):
    house.send(
        asked(1),
        Sent(**{**vars_of(asked(2)), "failed": True}),
        asked(3),
        asked(4),
        asked(5),
        asked(6),
        Sent(trace=6, span=2, parent=1, start_s=6.0, kind="guardrail", failed=True),
        call(trace=7, span=2, parent=1, start_s=7.0, failed=True),
        asked(7),
    )
    evaluate(
        house,
        Evaluation(trace=3, score=0.1),
        Evaluation(trace=4, score=0.1),
        Evaluation("relevance", trace=4, score=0.9),
        Evaluation(trace=5, score=0.55),
    )
    assert reasons(drawn(house)) == {
        1: ("common", "frequent route"),
        2: ("hard", "error"),
        3: ("hard", "low score"),
        4: ("ambiguous", "evaluators disagree"),
        5: ("ambiguous", "a score near the threshold"),
        6: ("hard", "guardrail"),
        7: ("hard", "retries"),
    }


def test_the_longest_inputs_of_a_route_are_hard(house):
    for trace in range(1, 41):
        house.send(asked(trace), call(trace=trace, span=2, parent=1, start_s=float(trace), tokens=(100 * trace, 10)))
    hard = {trace for trace, told in reasons(drawn(house)).items() if told == ("hard", "long context")}
    assert {39, 40} <= hard <= {37, 38, 39, 40}


def test_routes_that_are_rare_are_counted_and_not_drawn(house):
    house.send(*(asked(trace) for trace in range(1, 10)), asked(10, route="odd"))
    found = drawn(house)
    assert found.requests == {"common": 9, "rare": 1}
    assert {item.provenance["route"] for item in found.items} == {"answer"}


def test_routes_take_turns_and_items_stand_for_the_requests_of_theirs(house):
    house.send(*(asked(trace, route=("answer", "answer", "search")[trace % 3]) for trace in range(1, 31)))
    found = drawn(house, counts={QuestionClass.COMMON: 4})
    routes = Counter(item.provenance["route"] for item in found.items)
    assert routes == {"answer": 2, "search": 2}
    assert sum(item.provenance["weight"] for item in found.items) == pytest.approx(30)


def test_a_seed_draws_the_same_again_and_another_one_others(house):
    house.send(*(asked(trace) for trace in range(1, 41)))
    first = drawn(house)
    assert drawn(house) == first
    assert drawn(house, seed=2).items != first.items


def test_a_question_is_taken_once_and_one_that_was_not_captured_is_told(house):
    house.send(*(asked(trace, question=" How long? " if trace % 2 else "how LONG?") for trace in range(1, 5)))
    house.send(Sent(trace=9, says={"burnline.route": "answer"}))
    found = drawn(house)
    assert len(found.items) == 1
    assert found.left_out == {"the question came before": 3, "no question was captured": 1}


def test_an_answer_becomes_a_reference_only_where_that_is_asked_for(house):
    house.send(asked(1))
    assert drawn(house).items[0].reference is None
    assert drawn(house).items[0].provenance["answer"] == "Answer 1."
    assert drawn(house, answers_are_references=True).items[0].reference == "Answer 1."


def vars_of(span):
    return {name: getattr(span, name) for name in Sent.__dataclass_fields__}


def test_where_nobody_captures_questions_the_rest_is_not_read(house):
    house.send(*(Sent(trace=trace, start_s=float(trace), says={"burnline.route": "answer"}) for trace in range(1, 61)))
    found = drawn(house, {QuestionClass.COMMON: 50})
    assert found.items == ()
    assert found.left_out == {"no question was captured": 40, "not read, as 40 in a row had no question": 20}
