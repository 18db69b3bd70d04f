"""The journal at the command line: listed, and verified with an exit status."""

import argparse
import io
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime, timedelta

import pytest

from alerts.journal import Journal, Note
from collector.store import DuckDBStore, Query, Step
from dashboards import journal_command

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def directory(tmp_path):
    store = DuckDBStore(tmp_path)
    steps = [Note("transition", {"sentence": f"answer steps {number}"}) for number in range(3)]
    Journal(store).append([*steps, Note("override", {"by": "sam\x1b[2J"})], NOON + timedelta(seconds=1))
    store.close()
    return tmp_path


def ran(*words):
    parser = argparse.ArgumentParser("burnline")
    journal_command.register(parser.add_subparsers(required=True))
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        args = parser.parse_args([str(word) for word in words])
        status = args.run(args)
    return status, out.getvalue(), err.getvalue()


def test_a_journal_that_holds_says_what_to_keep(directory):
    status, out, _ = ran("journal", "verify", "--data", directory)
    said, _, kept = out.splitlines()
    assert status == 0
    assert (
        said == "The journal holds: 4 entries, each sealed with the one before, the last from 2026-11-21 12:00:01 UTC."
    )
    assert ran("journal", "verify", "--data", directory, "--kept", kept)[0] == 0


def test_a_journal_that_was_touched_ends_with_1_and_says_where(directory):
    store = DuckDBStore(directory)
    store.change([Step(Query("tamper", "update journal set body = '{}' where entry_seq = 2"))])
    store.close()
    status, out, _ = ran("journal", "verify", "--data", directory)
    assert status == 1
    assert out.startswith(
        "The journal is broken at entry 2: changed after it was sealed. What is before it holds: 1 entry"
    )


def test_entries_are_listed_by_their_sentences_and_do_nothing_but_stand_there(directory):
    lines = ran("journal", "list", "--data", directory)[1].splitlines()
    assert [line.split()[0] for line in lines[1:]] == ["4", "3", "2", "1"]
    assert lines[1].rstrip().endswith(r'{"by": "sam\u001b[2J"}')
    assert lines[2].rstrip().endswith("answer steps 2")


def test_what_cannot_be_kept_is_refused(directory):
    status, _, err = ran("journal", "verify", "--data", directory, "--kept", "7")
    assert (status, "64 hexadecimal digits" in err) == (1, True)
