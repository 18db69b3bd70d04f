"""Epochs over one data directory, start after start."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.epochs import EPOCH, next_epoch
from alerts.journal import Journal
from collector.store import DuckDBStore
from tests.analytics.traffic import NOON

NOON_MS = int(NOON.timestamp()) * 1_000


@pytest.fixture(scope="module")
def journal():
    """Grows from example to example: a law about every start that ever was."""
    store = DuckDBStore(None)
    yield Journal(store)
    store.close()


def test_the_first_epoch_is_the_start_in_milliseconds():
    store = DuckDBStore(None)
    assert next_epoch(Journal(store), NOON) == NOON_MS
    store.close()


def test_it_survives_a_restart_on_disk_with_a_clock_that_went_back(tmp_path):
    ahead = NOON + timedelta(days=1)
    for at, epoch in ((ahead, NOON_MS + 86_400_000), (NOON, NOON_MS + 86_400_001), (NOON, NOON_MS + 86_400_002)):
        store = DuckDBStore(tmp_path)
        assert next_epoch(Journal(store), at) == epoch
        store.close()


@settings(max_examples=15)
@given(st.lists(st.integers(-10_000, 10_000), min_size=1, max_size=5))
def test_whatever_the_clock_does_every_start_is_above_all_before_it_and_not_before_its_clock(journal, clock_ms):
    for ms in clock_ms:
        before = [entry.content["epoch"] for entry in journal.entries(EPOCH)]
        epoch = next_epoch(journal, NOON + timedelta(milliseconds=ms))
        assert epoch > max(before, default=0)
        assert epoch >= NOON_MS + ms
    assert journal.verify() is None
