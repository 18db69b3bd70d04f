"""The thread of derivation: when it runs, on a real intake and store."""

import asyncio
from itertools import count

import pytest

from analytics.derive import loop as pacing
from analytics.derive.deriver import Deriver
from analytics.derive.loop import DeriveLoop
from analytics.waking import Turns
from collector.accounts import Accounts
from collector.intake import Pipeline
from collector.signals import Signal
from collector.store import DuckDBStore, Query
from tests.analytics.derive.house import NOON, Sent, body, call, small_book
from tests.instrumentation.decisions import eventually

_COUNT = Query("count_requests", "select count(*)::integer as requests from requests")


class Line:
    """An intake whose commits wake a derivation that would else sleep for a minute."""

    def __init__(self):
        self.store, turns, self.runs = DuckDBStore(None), Turns(), 0
        self.pipeline = Pipeline(self.store, Accounts(), committed=turns.ring)
        deriver = Deriver(self.store, small_book(), clock_ns=lambda: NOON)
        self.loop = DeriveLoop(deriver, lambda: self.pipeline.last_seq, turns, derived=self._derived)
        self.loop.start()
        self._traces = count(1)

    def _derived(self):
        self.runs += 1

    def send(self, bodies: int = 1) -> None:
        """Bodies of one request each, one commit after the other."""
        for trace in (next(self._traces) for _ in range(bodies)):
            spans = [Sent(trace=trace, span=1, kind="request"), call(trace=trace, span=2, parent=1)]
            asyncio.run(self.pipeline.offer(Signal.TRACES, body(spans)))

    @property
    def requests(self) -> int:
        return self.store.run(_COUNT)["requests"][0].as_py()

    def end(self) -> None:
        self.pipeline.drain(10)
        assert self.loop.stop(10)
        self.store.close()


@pytest.fixture
def line(monkeypatch):
    monkeypatch.setattr(pacing, "_IDLE_S", 60.0)
    opened = Line()
    yield opened
    opened.end()


def test_what_is_committed_after_a_silence_is_derived_without_waiting_for_a_turn(line):
    for requests in (1, 2, 3):
        line.send()
        assert eventually(lambda expected=requests: line.requests == expected)
        assert eventually(lambda expected=requests: line.runs == expected)
        assert line.loop.lag_s() == 0.0


def test_commits_while_it_runs_or_rests_are_derived_together_and_none_is_forgotten(line):
    line.send(40)
    assert eventually(lambda: line.requests == 40)
    assert line.runs < 20


def test_a_run_that_costs_much_is_no_news(line, monkeypatch):
    monkeypatch.setattr(pacing, "_CHEAP_S", 0.0)
    line.send()
    assert eventually(lambda: line.loop.lag_s() == 0.0)
    assert line.loop.stop(10)
    assert (line.requests, line.runs) == (1, 0)


def test_it_ends_at_once_with_everything_derived(line):
    line.send()
    line.pipeline.drain(10)
    assert line.loop.stop(10)
    assert line.requests == 1
