"""Turns: when the next one begins."""

from threading import Thread
from time import monotonic

from analytics.waking import Turns, Why

LONG_S = 60.0


def resting(turns: Turns, least_s: float, most_s: float) -> tuple[list[Why], Thread]:
    """A thread that rests once, and why it ended."""
    said: list[Why] = []
    thread = Thread(target=lambda: said.append(turns.rest(least_s, most_s)))
    thread.start()
    return said, thread


def test_news_ends_a_rest_at_once():
    turns = Turns()
    said, thread = resting(turns, 0.0, LONG_S)
    turns.ring()
    thread.join(5)
    assert said == [Why.NEWS]


def test_news_waits_until_the_least_rest_is_over():
    turns, began = Turns(), monotonic()
    said, thread = resting(turns, 0.1, LONG_S)
    turns.ring()
    thread.join(5)
    assert said == [Why.NEWS]
    assert monotonic() - began >= 0.1


def test_news_that_comes_during_a_turn_begins_the_next_and_counts_once():
    turns = Turns()
    for _ in range(3):
        turns.ring()
    assert turns.rest(0.0, LONG_S) is Why.NEWS
    assert turns.rest(0.0, 0.001) is Why.TIME


def test_the_end_is_heard_in_every_part_of_a_rest_and_before_the_next():
    for least_s in (0.0, LONG_S):
        turns = Turns()
        said, thread = resting(turns, least_s, LONG_S)
        turns.ring()
        turns.stop()
        thread.join(5)
        assert said in ([Why.STOPPED], [Why.NEWS])
        assert turns.stopped
        assert turns.rest(LONG_S, LONG_S) is Why.STOPPED
