"""The journal: appended, chained, and honest about where it was tampered with."""

from datetime import timedelta

import pytest

from alerts import journal as journal_module
from alerts.journal import GENESIS, Broken, Journal, JournalEntry, Kept, Note
from collector.store import DuckDBStore, Query, Step
from tests.alerts.observations import NOON


@pytest.fixture
def store():
    opened = DuckDBStore(None)
    yield opened
    opened.close()


def noted(store, count=3, kind="transition"):
    journal = Journal(store)
    for number in range(count):
        journal.append([Note(kind, {"number": number})], NOON + timedelta(seconds=number, microseconds=number))
    return journal


def tamper(store, text, **params):
    store.change([Step(Query("tamper", text), params)])


def test_each_entry_is_sealed_with_the_one_before(store):
    entries = list(noted(store).entries())
    assert [entry.entry_seq for entry in entries] == [1, 2, 3]
    assert [entry.previous_sha256 for entry in entries] == [GENESIS, entries[0].sha256, entries[1].sha256]
    assert entries[2].content == {"number": 2}
    assert entries[2].noted_at == NOON + timedelta(seconds=2, microseconds=2)


def test_an_untouched_journal_holds_and_so_does_an_empty_one(store):
    assert Journal(store).verify() is None
    assert noted(store).verify() is None


@pytest.mark.parametrize(
    ("change", "place", "problem"),
    [
        ("""update journal set body = '{"number":9}' where entry_seq = 2""", 2, "changed after"),
        ("update journal set noted_at = noted_at + interval 1 second where entry_seq = 3", 3, "changed after"),
        ("update journal set kind = 'price' where entry_seq = 1", 1, "changed after"),
        ("delete from journal where entry_seq = 2", 2, "found 3 in its place"),
        ("delete from journal where entry_seq = 1", 1, "found 2 in its place"),
        ("insert into journal select * from journal where entry_seq = 2", 3, "found 2 in its place"),
        ("update journal set previous_sha256 = repeat('0', 64) where entry_seq = 3", 3, "not chained"),
    ],
)
def test_verification_finds_the_first_entry_that_was_touched(store, change, place, problem):
    journal = noted(store)
    tamper(store, change)
    broken = journal.verify()
    assert broken.entry_seq == place
    assert problem in broken.problem


def test_a_forged_entry_with_a_right_seal_breaks_the_one_after_it(store):
    journal = noted(store)
    first = next(journal.entries())
    forged = JournalEntry(1, first.noted_ns, first.kind, '{"number":7}', GENESIS, "")
    params = {"body": forged.body, "seal": forged.seal}
    tamper(store, "update journal set body = $body, sha256 = $seal where entry_seq = 1", **params)
    assert journal.verify() == Broken(2, "not chained to the entry before it")


def test_a_second_journal_on_the_same_store_goes_on_with_the_chain(store):
    noted(store, 2)
    noted(store, 2, kind="price")
    journal = Journal(store)
    assert journal.verify() is None
    assert [entry.entry_seq for entry in journal.entries("price")] == [3, 4]
    assert [entry.entry_seq for entry in journal.entries(after=3)] == [4]


def test_several_notes_are_kept_together_or_not_at_all(store):
    journal = Journal(store)
    with pytest.raises(ValueError, match="JSON"):
        journal.append([Note("a", {"burn": 1.0}), Note("b", {"burn": float("nan")})], NOON)
    assert list(journal.entries()) == []
    assert journal.append([], NOON) == []


def test_a_journal_longer_than_a_page_is_read_whole(store, monkeypatch):
    monkeypatch.setattr(journal_module, "PAGE", 4)
    journal = noted(store, 9)
    assert [entry.entry_seq for entry in journal.entries()] == list(range(1, 10))
    assert journal.verify() is None


def test_what_stands_as_it_stood_is_not_noted_again(store):
    journal = Journal(store)
    assert [journal.keep(Note("prices", {"list": text}), NOON) for text in ("a", "a", "b", "a")] == [
        True,
        False,
        True,
        True,
    ]


def test_a_missing_end_is_found_by_the_hash_that_was_kept_elsewhere(store):
    journal = noted(store)
    last = journal.audit().last
    kept = Kept(last.entry_seq, last.sha256)
    noted(store, count=1)
    assert journal.audit(kept).broken is None
    tamper(store, "delete from journal where entry_seq >= 2")
    assert journal.audit().broken is None
    assert journal.audit(kept).broken == Broken(2, "missing, with all others up to 3, which was kept")


def test_an_end_that_was_written_anew_is_found_by_the_hash_that_was_kept_elsewhere(store):
    journal = noted(store)
    kept = Kept(3, journal.audit().last.sha256)
    tamper(store, "delete from journal where entry_seq = 3")
    journal.append([Note("transition", {"number": 7})], NOON + timedelta(seconds=2))
    found = journal.audit(kept)
    assert (found.last.entry_seq, found.broken.problem) == (2, "another entry than the one whose hash was kept")
