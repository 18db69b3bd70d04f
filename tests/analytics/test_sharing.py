"""Whoever asks the same within a second gets the same answer, made once."""

import threading

import pytest

from analytics.notation import NS_PER_S
from analytics.sharing import Shared


class Asked:
    """Answers with how often it was asked, at an instant that a test moves."""

    def __init__(self):
        self.at_ns, self.questions = 10 * NS_PER_S, []
        self.shared = Shared(self.answer, lambda: self.at_ns)

    def answer(self, question, at_ns):
        self.questions.append(question)
        if question == "bad":
            raise ValueError("nobody knows")
        return f"{question} at {at_ns // NS_PER_S} s"


def test_an_answer_serves_for_a_second_and_no_longer():
    asked = Asked()
    first = asked.shared("a")
    asked.at_ns += NS_PER_S - 1
    assert (asked.shared("a"), asked.questions) == (first, ["a"])
    asked.at_ns += 1
    assert (asked.shared("a"), asked.questions) == ("a at 11 s", ["a", "a"])


def test_other_questions_have_answers_of_their_own():
    asked = Asked()
    assert (asked.shared("a"), asked.shared("b")) == ("a at 10 s", "b at 10 s")


def test_a_clock_that_went_back_is_no_reason_to_keep_an_answer():
    asked = Asked()
    asked.shared("a")
    asked.at_ns -= 5 * NS_PER_S
    assert asked.shared("a") == "a at 5 s"


def test_what_failed_is_asked_again():
    asked = Asked()
    for _ in range(2):
        with pytest.raises(ValueError, match="nobody knows"):
            asked.shared("bad")
    assert asked.questions == ["bad", "bad"]


def test_who_comes_while_it_is_answered_waits_for_that_answer():
    begun, go_on, made = threading.Event(), threading.Event(), []

    def answer(question, _at_ns):
        begun.set()
        go_on.wait(5)
        made.append(question)
        return len(made)

    shared, heard = Shared(answer, lambda: 0), []
    threads = [threading.Thread(target=lambda: heard.append(shared("a"))) for _ in range(3)]
    for thread in threads:
        thread.start()
    assert begun.wait(5)
    go_on.set()
    for thread in threads:
        thread.join(5)
    assert heard == [1, 1, 1]


def test_only_the_questions_of_late_are_remembered():
    asked = Asked()
    for question in range(70):
        asked.shared(question)
    asked.shared(69)
    asked.shared(0)
    assert asked.questions == [*range(70), 0]
