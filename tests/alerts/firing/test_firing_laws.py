"""Whatever is told, in whatever order and however often: the journal has each beginning and each end once."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from threading import Event

from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.firing.firing import Firing
from alerts.firing.notifications import Notification
from alerts.journal import Journal
from collector.store import DuckDBStore
from dashboards.metrics import firing_samples
from tests.alerts.observations import NOON

told = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from("xy"), st.integers(0, 2), st.sampled_from(["firing", "resolved"])),
    max_size=12,
)


def notification(group, fingerprint, minute, status):
    starts = (NOON + timedelta(minutes=minute)).isoformat()
    alert = {"status": status, "labels": {"alertname": fingerprint}, "startsAt": starts, "fingerprint": fingerprint}
    body = {"version": "4", "groupKey": group, "status": status, "receiver": "journal", "alerts": [alert]}
    return Notification.model_validate(body)


def opened(journal):
    firing = Firing(journal, lambda _: [], lambda: NOON)
    firing.open()
    return firing


@settings(max_examples=30, deadline=None)
@given(said=told, restart=st.integers(0, 12))
def test_each_beginning_and_each_end_is_noted_once(said, restart):
    store = DuckDBStore(None)
    try:
        journal = Journal(store)
        firing = opened(journal)
        for number, one in enumerate(said):
            firing = opened(journal) if number == restart else firing
            firing.hear(notification(*one))
        noted = [entry.content for entry in journal.entries("alert")]
        found = [(*one["key"], _minute(one["starts_at"]), one["status"]) for one in noted]
        assert sorted(found) == sorted(set(said))
        assert journal.verify() is None
    finally:
        store.close()


@settings(max_examples=30, deadline=None)
@given(said=told)
def test_what_was_told_to_be_over_does_not_fire_whatever_comes_after(said):
    store = DuckDBStore(None)
    try:
        firing = opened(Journal(store))
        for one in said:
            firing.hear(notification(*one))
        over = {one[:3] for one in said if one[3] == "resolved"}
        assert {(*one.key, _minute(one.since.isoformat())) for one in firing.now()} & over == set()
    finally:
        store.close()


@settings(max_examples=30, deadline=None)
@given(said=told)
def test_the_newest_beginning_fires_until_its_own_end(said):
    store = DuckDBStore(None)
    try:
        firing = opened(Journal(store))
        for one in said:
            firing.hear(notification(*one))
        found = {(*one.key, _minute(one.since.isoformat())) for one in firing.now()}
        begun, over = ({one[:3] for one in said if one[3] == status} for status in ("firing", "resolved"))
        newest = {key: max(one[2] for one in said if one[:2] == key) for key in {one[:2] for one in said}}
        assert found <= begun - over
        assert {(*key, minute) for key, minute in newest.items()} & (begun - over) <= found
    finally:
        store.close()


def _minute(text):
    return round((datetime.fromisoformat(text).astimezone(UTC) - NOON).total_seconds() / 60)


def test_a_look_that_fails_is_counted_and_the_next_one_is_taken():
    seen = Event()
    answers = iter([RuntimeError("nobody foresaw this"), seen.set])

    def source(_at):
        answer = next(answers, seen.set)
        if isinstance(answer, Exception):
            raise answer
        answer()
        return []

    with closing(DuckDBStore(None)) as store:
        firing = Firing(Journal(store), source, lambda: NOON, every_s=0.001)
        firing.start()
        assert seen.wait(10)
        firing.stop(10)
        assert dict(firing_samples(firing)) == {"burnline_alert_look_failures": [((), 1.0)]}
