"""A thread that repeats: it counts what fails and goes on, waits until it may begin, and does its last work once."""

import threading

import pytest

from analytics.repeating import Repeating
from collector.store import StoreError

PATIENCE_S = 60.0


def ended(thread):
    """Wait until it has taken its last turn."""
    thread._thread.join(PATIENCE_S)
    return thread.stop(0.0)


@pytest.mark.parametrize("error", [StoreError("closed"), ValueError("nobody foresaw it")])
def test_a_turn_that_fails_is_counted_and_the_thread_goes_on(error):
    met = []

    def turn():
        met.append(1)
        if len(met) == 3:
            thread._turns.stop()
        raise error

    thread = Repeating("test", turn, every_s=0.001)
    thread.start()
    assert ended(thread)
    assert (thread.failures, len(met)) == (3, 3)


def test_nothing_is_done_before_it_is_ready():
    asked, met, ready = threading.Event(), [], threading.Event()

    def is_ready():
        met.append("asked")
        asked.set()
        return ready.is_set()

    thread = Repeating("test", lambda: (met.append("turn"), thread._turns.stop()), ready=is_ready)
    thread.start()
    assert asked.wait(PATIENCE_S)
    ready.set()
    assert ended(thread)
    assert met[0] == "asked"
    assert met[-1] == "turn"
    assert met.count("turn") == 1


def test_one_that_never_became_ready_still_stops_and_takes_no_turn():
    met = []
    thread = Repeating("test", lambda: met.append("turn"), ready=lambda: False)
    thread.start()
    assert thread.stop(PATIENCE_S)
    assert met == []


def test_the_last_work_is_done_once_after_the_turns_and_counted_where_it_fails():
    met = []

    def last():
        met.append("last")
        raise ValueError("nobody foresaw it")

    thread = Repeating("test", lambda: (met.append("turn"), thread._turns.stop()), last=last)
    thread.start()
    assert ended(thread)
    assert (met, thread.failures) == (["turn", "last"], 1)


def test_one_that_is_not_enabled_never_starts():
    thread = Repeating("test", lambda: None, enabled=False)
    thread.start()
    assert thread._thread is None
    assert thread.stop(0.0)
