"""Counts of what became of every record and every refused request."""

import threading

from collector.accounts import Accounts, Count
from collector.signals import Receipt, Signal


def test_counts_add_up_per_signal_and_reason():
    accounts = Accounts()
    accounts.add(Signal.TRACES, Receipt(received=5, stored=2, duplicate=1, rejected={"a": 1, "b": 1}))
    accounts.add(Signal.TRACES, Receipt(received=1, rejected={"a": 1}))
    accounts.refuse(Signal.LOGS, "undecodable")
    accounts.refuse(None, "not_found")
    assert accounts.lines() == [
        Count("logs", "refused", "undecodable", 1),
        Count("traces", "duplicate", "", 1),
        Count("traces", "received", "", 6),
        Count("traces", "rejected", "a", 2),
        Count("traces", "rejected", "b", 1),
        Count("traces", "stored", "", 2),
        Count("unknown", "refused", "not_found", 1),
    ]


def test_nothing_counted_is_no_line():
    accounts = Accounts()
    accounts.add(Signal.TRACES, Receipt())
    assert accounts.lines() == []


def test_threads_count_together():
    accounts = Accounts()

    def count():
        for _ in range(1_000):
            accounts.add(Signal.TRACES, Receipt(received=1, stored=1))

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [line.value for line in accounts.lines()] == [4_000, 4_000]
