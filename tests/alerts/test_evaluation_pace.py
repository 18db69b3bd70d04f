"""When the watch looks: by the clock, and after news, as long as looks stay cheap."""

from threading import Thread
from time import monotonic, sleep, thread_time

import pytest

from alerts.board import Board
from alerts.evaluation import EvaluationLoop
from alerts.journal import Journal
from collector.store import DuckDBStore
from tests.analytics.traffic import NOON
from tests.instrumentation.decisions import eventually

COST_S = 0.02


class Watch:
    """A watch over nothing whose every look costs the same."""

    def __init__(self, store):
        self.looks = []
        self.loop = EvaluationLoop(store, (), (), Journal(store), Board(1, NOON), self._look, every_s=60.0)
        self.thread = Thread(target=self.loop.run)

    def _look(self):
        began = thread_time()
        while thread_time() - began < COST_S:
            continue
        self.looks.append(monotonic())
        return NOON

    def __enter__(self):
        self.thread.start()
        assert eventually(lambda: self.loop.latest)
        return self

    def __exit__(self, *_):
        self.loop.turns.stop()
        self.thread.join(5)
        assert not self.thread.is_alive()


@pytest.fixture
def watch():
    store = DuckDBStore(None)
    yield Watch(store)
    store.close()


def test_news_after_a_silence_is_looked_at_at_once(watch):
    with watch:
        watch.loop.turns.ring()
        assert eventually(lambda: len(watch.looks) == 2)


def test_looks_that_follow_news_take_a_fifth_of_a_core(watch):
    with watch:
        began = monotonic()
        while (spent_s := monotonic() - began) < 5 and (spent_s < 0.7 or len(watch.looks) < 3):
            watch.loop.turns.ring()
            sleep(0.002)
    assert 3 <= len(watch.looks) <= 2 + spent_s / (5 * COST_S)


def test_a_rest_is_never_longer_than_the_time_between_looks(watch):
    watch.loop.every_s = 0.03
    with watch:
        watch.loop.turns.ring()
        assert eventually(lambda: len(watch.looks) > 5)


def test_without_news_it_looks_by_the_clock(watch):
    watch.loop.every_s = 0.05
    with watch:
        assert eventually(lambda: len(watch.looks) > 3)
    assert watch.looks[3] - watch.looks[0] >= 3 * 0.05
