"""The thread that judges: not before what the store held is derived."""

import threading

from analytics.findings.loop import FindingLoop
from analytics.findings.settings import FindingSettings
from analytics.findings.watch import Watch
from collector.store import DuckDBStore


class Counting(Watch):
    """Counts its turns, and tells of the first."""

    turned = threading.Event()

    def turn(self, now_ns):
        self.turned.set()
        return super().turn(now_ns)


def test_nothing_is_judged_before_figures_are_whole():
    store, derived = DuckDBStore(None), threading.Event()
    watch = Counting(store, FindingSettings())
    loop = FindingLoop(watch, lambda: 1_795_003_200_000_000_000, derived.is_set)
    loop.thread.start()
    assert not watch.turned.wait(0.2)
    derived.set()
    assert watch.turned.wait(60)
    assert loop.thread.stop(60)
    store.close()


def test_what_was_never_opened_is_not_closed():
    store = DuckDBStore(None)
    loop = FindingLoop(Watch(store, FindingSettings()), lambda: 0, lambda: False)
    loop.thread.start()
    assert loop.thread.stop(60)
    assert loop.thread.failures == 0
    store.close()
