"""Acknowledgements: what is remembered, how age and lag are counted, what is refused."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI

from alerts.board import Board
from alerts.delivery.readers import Acknowledgement, Readers
from alerts.delivery.readers_api import router
from alerts.routing_api import router as signal
from dashboards import problems
from instrumentation.reader import DowngradeReader
from tests.instrumentation.decisions import NINE, decision, eventually, fresh_board, publish, serving

SAID = {"reader": "web-1", "epoch": 7, "seq": 1, "applied_at": "2026-11-21T09:00:00.5Z", "decisions": 1}
ACME = {"tenant": "acme", "route": "answer", "model": None}
ACKNOWLEDGE, READERS = "/v1/routing/acknowledgements", "/v1/routing/readers"


def after(seconds: float):
    return NINE + timedelta(seconds=seconds)


def ns(at) -> int:
    return round(at.timestamp() * 1e6) * 1000


def board_of(*seconds: float) -> Board:
    """A board with an issue at each of these seconds after nine."""
    board = Board(epoch=7, opened_at=NINE, renew_s=5, lease_s=30)
    for at_s in seconds:
        board.publish([decision(id=f"d-{at_s}")], after(at_s))
    return board


def said(seq: int = 1, reader: str = "web-1", epoch: int = 7) -> Acknowledgement:
    return Acknowledgement(reader, "web", epoch, seq, NINE, 1)


def test_delay_is_from_the_issue_to_its_first_acknowledgement():
    readers = Readers(board_of(10))
    readers.hear(said(), after(10.25))
    readers.hear(said(), after(14))
    (standing,) = readers.standings(after(15))
    assert (standing.hearing.delay_s, standing.age_s, standing.behind, standing.lag_s) == (0.25, 1, 0, 0)


def test_lag_is_how_long_there_has_been_a_newer_issue():
    readers = Readers(board_of(10, 20, 30))
    readers.hear(said(seq=1), after(11))
    (standing,) = readers.standings(after(35))
    assert (standing.behind, standing.lag_s) == (2, 15)


def test_a_reader_of_an_earlier_run_is_shown_and_its_lag_is_unknown():
    readers = Readers(board_of(10))
    assert readers.hear(said(epoch=6, seq=900), after(11))
    (standing,) = readers.standings(after(12))
    assert (standing.behind, standing.lag_s, standing.hearing.delay_s) == (None, None, None)


@pytest.mark.parametrize(("epoch", "seq"), [(7, 2), (8, 0)])
def test_what_was_never_issued_is_not_believed(epoch, seq):
    readers = Readers(board_of(10))
    assert not readers.hear(said(epoch=epoch, seq=seq), after(11))
    assert readers.standings(after(11)) == []


def test_an_acknowledgement_that_was_overtaken_changes_nothing():
    readers = Readers(board_of(10, 20))
    readers.hear(said(seq=2), after(21))
    readers.hear(said(seq=1), after(22))
    (standing,) = readers.standings(after(22))
    assert (standing.hearing.said.seq, standing.age_s) == (2, 1)


def test_those_heard_last_are_remembered_and_the_others_counted():
    readers = Readers(board_of(10), most=2)
    for name in ("a", "b", "a", "c"):
        readers.hear(said(reader=name), after(11))
    assert [one.hearing.said.reader for one in readers.standings(after(11))] == ["a", "c"]
    assert readers.forgotten == 1


def test_an_issue_too_long_ago_has_no_instant():
    board = board_of(*range(1, 1003))
    assert board.issued_at(1) is None
    assert board.issued_at(1002) == after(1002)
    assert board.issued_at(1003) is None


@contextmanager
def served(board: Board, at=None):
    app = FastAPI()
    problems.install(app)
    app.include_router(router(Readers(board), lambda: ns(at or after(12))))
    with serving(app) as url, httpx.Client(base_url=url) as http:
        yield http


def test_an_acknowledgement_is_answered_without_a_body_and_shown():
    with served(board_of(10)) as http:
        answer = http.post(ACKNOWLEDGE, json=SAID | {"service": "web", "held": [ACME] * 21})
        page = http.get(READERS).json()
    assert (answer.status_code, answer.content) == (204, b"")
    assert (page["epoch"], page["seq"], page["next"], page["forgotten"]) == (7, 1, None, 0)
    assert page["readers"] == [
        {
            **SAID,
            "service": "web",
            "applied_at": "2026-11-21T09:00:00.500000Z",
            "acknowledged_at": "2026-11-21T09:00:12.000000Z",
            "held": [ACME] * 10,
            "held_count": 21,
            "age_s": 0,
            "delay_s": 2,
            "behind": 0,
            "lag_s": 0,
        }
    ]


@pytest.fixture(scope="module")
def http():
    with served(board_of(10)) as client:
        yield client


@pytest.mark.parametrize(
    "change",
    [
        {"reader": ""},
        {"reader": "x" * 129},
        {"reader": None},
        {"seq": -1},
        {"seq": "1"},
        {"seq": 2**63},
        {"epoch": 7.5},
        {"applied_at": "yesterday"},
        {"applied_at": 1795251600},
        {"applied_at": "2026-11-21T09:00:00"},
        {"applied_at": "9999-12-31T23:59:59Z"},
        {"held": [ACME] * 1_001},
        {"held": "acme"},
        {"held": [{"tenant": 1}]},
        {"held": [{"zone": "eu"}]},
        {"tier": "premium"},
    ],
)
def test_what_is_no_acknowledgement_is_refused_and_says_where(http, change):
    answer = http.post(ACKNOWLEDGE, json=SAID | change)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert next(iter(change)) in answer.json()["detail"]


def test_what_was_never_issued_is_refused_with_what_was(http):
    answer = http.post(ACKNOWLEDGE, json=SAID | {"seq": 9})
    assert answer.status_code == 409
    assert "expected at most 7 and 1" in answer.json()["detail"]


def test_a_real_reader_is_heard_within_a_moment():
    board = fresh_board(epoch=7)
    app, readers = FastAPI(), Readers(board)
    app.include_router(signal(board))
    app.include_router(router(readers, lambda: ns(datetime.now(UTC))))
    publish(board, decision(id="d-1"))
    with serving(app, before_stop=board.close) as url, DowngradeReader(url, service="web", name="web-1") as reader:
        assert eventually(lambda: readers.standings(datetime.now(UTC)))
        publish(board, decision(id="d-2"))
        assert eventually(lambda: readers.standings(datetime.now(UTC))[0].behind == 0)
        assert reader.status().acknowledgement_errors == {}
    (standing,) = readers.standings(datetime.now(UTC))
    assert (standing.hearing.said.service, standing.hearing.said.seq, standing.hearing.said.decisions) == ("web", 2, 1)
    assert standing.hearing.delay_s < 2


def test_readers_page_by_name():
    with served(board_of(10)) as http:
        for name in ("c", "a", "b"):
            http.post(ACKNOWLEDGE, json=SAID | {"reader": name})
        first = http.get(READERS, params={"limit": 2}).json()
        second = http.get(READERS, params={"limit": 2, "cursor": first["next"]}).json()
    assert [one["reader"] for one in (*first["readers"], *second["readers"])] == ["a", "b", "c"]
    assert second["next"] is None
