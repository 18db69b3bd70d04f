"""The board: what makes a new issue, how leases are renewed, who is told."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from threading import Thread
from time import monotonic

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.board import Board
from instrumentation.decision_table import DecisionTable
from instrumentation.downgrade import Scope, Tier
from instrumentation.downgrade_json import from_json
from tests.instrumentation.decisions import NINE, decision


def opened(**changes) -> Board:
    return Board(**{"epoch": 7, "opened_at": NINE, "renew_s": 5, "lease_s": 30, **changes})


def after(seconds: float):
    return NINE + timedelta(seconds=seconds)


def test_a_board_opens_with_an_empty_issue():
    issue = opened().issue
    assert issue.etag == '"7-0"'
    assert from_json(issue.body).document == issue.document
    assert issue.document.decisions == ()


def test_a_changed_decision_makes_a_new_issue():
    board = opened()
    assert board.publish([decision(Tier.STANDARD)], after(1)).etag == '"7-1"'
    assert board.publish([decision(Tier.ECONOMY)], after(2)).etag == '"7-2"'
    assert board.publish([], after(3)).etag == '"7-3"'


def test_the_same_decisions_make_no_new_issue_until_their_leases_are_due():
    board = opened()
    first = board.publish([decision()], after(0))
    assert board.publish([decision()], after(4.9)) is first
    renewed = board.publish([decision()], after(5))
    assert renewed.etag == '"7-2"'
    assert [d.expires_at for d in (*first.document.decisions, *renewed.document.decisions)] == [after(30), after(35)]


def test_without_decisions_nothing_is_renewed():
    board = opened()
    assert board.publish([], after(100)) is board.issue
    assert board.issue.etag == '"7-0"'


def test_a_decision_keeps_the_sequence_it_first_appeared_with():
    board = opened()
    board.publish([decision()], after(0))
    board.publish([decision()], after(5))
    both = board.publish([decision(), decision(id="d-2", scope=Scope("acme"))], after(6)).document
    assert [(d.epoch, d.seq) for d in both.decisions] == [(7, 1), (7, 3)]


def test_the_lease_is_the_boards_to_give():
    far = decision(expires_at=NINE + timedelta(days=9))
    assert opened().publish([far], after(1)).document.decisions[0].expires_at == after(31)


def test_a_gap_longer_than_the_lease_is_followed_by_a_new_issue():
    board = opened()
    board.publish([decision()], after(0))
    later = decision(id="d-2", issued_at=after(600), expires_at=after(700))
    assert board.publish([later], after(601)).document.decisions[0].expires_at == after(631)


@pytest.mark.parametrize("changes", [{"renew_s": 30, "lease_s": 60}, {"renew_s": 0}, {"renew_s": -1, "lease_s": -9}])
def test_a_lease_spans_at_least_four_renewals(changes):
    with pytest.raises(ValueError, match="expected a lease of at least 4 renewals"):
        opened(**changes)


@given(st.lists(st.floats(0.1, 6), min_size=1, max_size=40))
def test_published_in_time_a_decision_never_lapses_for_a_reader_that_misses_two_of_three_issues(gaps_s):
    board, table, at_s = opened(), DecisionTable(), 0.0
    for n, gap_s in enumerate(gaps_s):
        issue = board.publish([decision()], after(at_s))
        if n % 3 == 0:
            table, _ = table.applied(issue.document)
        assert table.tier_for(at=after(at_s)).degraded
        at_s += gap_s


async def test_a_waiter_is_told_from_another_thread_at_once():
    board = opened()
    waiting = asyncio.create_task(board.changed(board.issue.etag, timeout_s=5))
    await asyncio.sleep(0)
    began = monotonic()
    Thread(target=board.publish, args=([decision()], after(1))).start()
    assert (await waiting).etag == '"7-1"'
    assert monotonic() - began < 1


async def test_a_waiter_with_an_old_tag_does_not_wait():
    board = opened()
    board.publish([decision()], after(1))
    assert (await board.changed('"7-0"', timeout_s=60)).etag == '"7-1"'


async def test_waiting_ends_with_the_timeout_and_leaves_nothing_behind():
    board = opened()
    assert (await board.changed(board.issue.etag, timeout_s=0.01)).etag == '"7-0"'
    assert not board._waiting


async def test_closing_releases_who_waits_and_who_comes_later():
    board = opened()
    waiting = asyncio.create_task(board.changed(board.issue.etag, timeout_s=60))
    await asyncio.sleep(0)
    board.close()
    await asyncio.wait_for(waiting, 1)
    await asyncio.wait_for(board.changed(board.issue.etag, timeout_s=60), 1)


def test_a_waiter_whose_loop_has_ended_does_not_stop_the_others():
    board, loop = opened(), asyncio.new_event_loop()
    waiting = loop.create_task(board.changed(board.issue.etag, timeout_s=60))
    loop.run_until_complete(asyncio.sleep(0))
    waiting.cancel()
    held = dict(board._waiting)
    loop.run_until_complete(asyncio.gather(waiting, return_exceptions=True))
    loop.close()
    board._waiting.update(held)
    assert board.publish([decision()], after(1)).etag == '"7-1"'


def test_an_unchanged_tuple_of_equal_decisions_is_not_a_change():
    board = opened()
    twice = [decision(), decision()]
    first = board.publish(twice, after(0))
    assert board.publish([replace(d) for d in twice], after(1)) is first
