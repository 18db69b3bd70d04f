"""The reader against the real publisher, and against publishers that misbehave."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import monotonic, sleep
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest

from alerts.routing_api import Limits
from instrumentation.decision_client import DECISIONS_PATH
from instrumentation.downgrade import OnExpiry, Scope, Tier
from instrumentation.downgrade_json import to_json
from instrumentation.reader import DowngradeReader
from tests.instrumentation.decisions import decision, document, eventually, fresh_board, publish, publishing


def reading(url, **changes):
    return DowngradeReader(url, **{"poll_s": 0.02, "wait_s": 20, "timeout_s": 0.5, "max_backoff_s": 0.05, **changes})


class Seconds:
    """The real seconds plus what a test lets pass."""

    def __init__(self):
        self.passed = 0

    def __call__(self):
        return monotonic() + self.passed


@contextmanager
def misbehaving(answer) -> Iterator[SimpleNamespace]:
    """A publisher whose answers are written by ``answer(handler)``."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            server.asked.append(dict(self.headers))
            answer(self)

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # a reader that hangs up is part of the story
    server.asked = []
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield SimpleNamespace(url=f"http://127.0.0.1:{server.server_port}", asked=server.asked)
    finally:
        server.shutdown()
        server.server_close()


def sending(*bodies, status=200, etag=None):
    """Answer with the bodies one after the other, then with the last."""
    left = list(bodies)

    def answer(handler):
        body = left.pop(0) if len(left) > 1 else left[0]
        handler.send_response(status)
        if etag:
            handler.send_header("ETag", etag)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def issued(seq=1, **changes):
    """A document whose decision is in force now."""
    now = datetime.now(UTC)
    lasting = {"issued_at": now, "expires_at": now + timedelta(seconds=30), **changes}
    return to_json(document(decision(**lasting), seq=seq))


def test_before_the_first_answer_the_router_chooses():
    reader = reading("http://127.0.0.1:9")
    assert reader.tier(tenant="acme").tier is None
    assert reader.status().epoch is None


def test_a_decision_is_in_force_at_once_through_the_long_poll():
    board = fresh_board()
    with publishing(board) as url, reading(url) as reader:
        assert reader.answered(5)
        began = monotonic()
        publish(board, decision(scope=Scope(tenant="acme")))
        assert eventually(lambda: reader.tier(tenant="acme").tier is Tier.ECONOMY)
        assert monotonic() - began < 1
        assert reader.tier(tenant="other").tier is None
        publish(board)
        assert eventually(lambda: reader.tier(tenant="acme").tier is None)


def test_plain_polling_follows_too():
    board = fresh_board()
    with publishing(board) as url, reading(url, wait_s=0) as reader:
        publish(board, decision())
        assert eventually(lambda: reader.tier().degraded)


def test_the_reader_asks_conditionally_and_is_told_nothing_changed():
    with misbehaving(sending(issued(), etag='"1-1"')) as publisher, reading(publisher.url) as reader:
        assert eventually(lambda: len(publisher.asked) >= 2)
        assert "If-None-Match" not in publisher.asked[0]
        assert publisher.asked[1]["If-None-Match"] == '"1-1"'
        assert publisher.asked[1]["Prefer"] == "wait=20"
        assert reader.status().errors == {}


def test_with_the_publisher_gone_decisions_hold_until_their_leases_end():
    seconds, board = Seconds(), fresh_board(lease_s=30)
    with reading("http://127.0.0.1:9") as unreachable:
        assert eventually(lambda: unreachable.status().errors.get("unreachable"))
    with publishing(board) as url:
        reader = reading(url, elapsed=seconds).start()
        publish(board, decision(), decision(scope=Scope("held"), on_expiry=OnExpiry.HOLD))
        assert eventually(lambda: reader.tier().degraded)
    assert eventually(lambda: reader.status().errors.get("unreachable"))
    seconds.passed = 25
    assert reader.tier().tier is Tier.ECONOMY
    seconds.passed = 31
    assert reader.tier().tier is None
    assert reader.tier(tenant="held").tier is Tier.ECONOMY
    reader.stop()


def test_a_publisher_that_comes_back_in_a_later_epoch_is_followed_again():
    first = fresh_board(epoch=1)
    with publishing(first) as url:
        reader = reading(url).start()
        publish(first, decision())
        assert eventually(lambda: reader.tier().degraded)
    second = fresh_board(epoch=2)
    with publishing(second, port=urlsplit(url).port):
        assert eventually(lambda: reader.status().errors.get("starting"))
        assert reader.tier().tier is Tier.ECONOMY  # a publisher that has decided nothing yet takes nothing back
        publish(second, decision(Tier.SOURCES_ONLY))
        assert eventually(lambda: reader.status().epoch == 2)
        assert reader.tier().tier is Tier.SOURCES_ONLY
        reader.stop()


def test_after_an_interruption_the_reader_goes_up_one_tier_per_dwell():
    seconds, first, second = Seconds(), fresh_board(epoch=1, lease_s=120), fresh_board(epoch=2)
    with publishing(first) as url:
        reader = reading(url, elapsed=seconds, up_dwell_s=60).start()
        publish(first, decision(Tier.ECONOMY))
        assert eventually(lambda: reader.tier().degraded)
    publish(second, decision(scope=Scope("other")))
    with publishing(second, port=urlsplit(url).port):
        assert eventually(lambda: reader.status().epoch == 2)
        reader.stop()
    assert (reader.tier().tier, reader.status().restrained) == (Tier.STANDARD, True)
    seconds.passed = 61
    assert reader.tier().tier is None
    seconds.passed = 121
    assert not reader.status().restrained


def test_a_replayed_older_document_is_ignored_and_counted():
    newer, older = issued(seq=2), issued(seq=1, tier=Tier.STANDARD)
    with misbehaving(sending(newer, older)) as publisher, reading(publisher.url) as reader:
        assert eventually(lambda: reader.status().errors.get("old"))
        assert reader.tier().tier is Tier.ECONOMY
        assert reader.status().seq == 2


def test_a_tier_of_a_newer_publisher_leaves_what_was_in_force():
    newer = json.loads(issued(seq=2))
    newer["decisions"][0]["tier"] = "turbo"
    with misbehaving(sending(issued(), json.dumps(newer).encode())) as publisher, reading(publisher.url) as reader:
        assert eventually(lambda: reader.status().seq == 2)
        assert reader.tier().tier is Tier.ECONOMY
        assert reader.status().errors == {"unknown_word": 1}


def _never_ending(handler):
    handler.send_response(200)
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    for _ in range(200):
        handler.wfile.write(b" ")
        sleep(0.01)


def _silent(handler):
    sleep(1)
    handler.close_connection = True


def _nonsense(handler):
    handler.wfile.write(b"this is not HTTP\r\n\r\n")
    handler.close_connection = True


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (sending(b"<html>login</html>"), "garbage"),
        (sending(b""), "garbage"),
        (sending(b"busy", status=503), "http_503"),
        (sending(b"", status=307), "http_307"),
        (sending(b" " * 3_000), "too_large"),
        (_never_ending, "timeout"),
        (_silent, "timeout"),
        (_nonsense, "protocol"),
    ],
    ids=["html", "empty", "error", "redirect", "huge", "dripping", "silent", "not http"],
)
def test_a_bad_answer_is_counted_and_what_was_in_force_stays(answer, kind):
    good, turn = sending(issued()), iter([True])
    bad_or_good = lambda handler: good(handler) if next(turn, False) else answer(handler)  # noqa: E731 - one line says it
    with (
        misbehaving(bad_or_good) as publisher,
        reading(publisher.url, wait_s=0, timeout_s=0.2, max_bytes=2_000) as reader,
    ):
        assert eventually(lambda: reader.status().errors.get(kind)), reader.status()
        assert reader.tier().tier is Tier.ECONOMY
        assert reader.status().running


def test_failures_are_asked_again_ever_more_rarely():
    with (
        misbehaving(sending(b"busy", status=503)) as publisher,
        reading(publisher.url, max_backoff_s=60, chance=lambda: 1.0) as reader,
    ):
        assert eventually(lambda: reader.status().errors == {"http_503": 2})
        sleep(0.25)  # the third is due 0.2 + 0.4 s after the first
        assert len(publisher.asked) == 2


def test_a_publisher_that_ignores_conditions_is_not_asked_in_a_tight_loop():
    with misbehaving(sending(issued(), etag='"1-1"')) as publisher, reading(publisher.url, poll_s=0.1):
        sleep(0.35)
        assert 2 <= len(publisher.asked) <= 6  # 4 are due


def test_a_step_of_the_wall_clock_does_not_move_the_end_of_a_lease():
    hours = SimpleNamespace(off=0)
    board, seconds = fresh_board(), Seconds()
    with publishing(board) as url:
        clock = lambda: datetime.now(UTC) + timedelta(hours=hours.off)  # noqa: E731 - a clock
        reader = reading(url, clock=clock, elapsed=seconds).start()
        publish(board, decision())
        assert eventually(lambda: reader.tier().degraded)
        reader.stop()
    for hours.off in (-3, 3):
        assert reader.tier().degraded
    seconds.passed = 31
    for hours.off in (-3, 3):
        assert not reader.tier().degraded


def test_a_lease_ends_by_the_clock_of_the_publisher():
    behind = lambda: datetime.now(UTC) - timedelta(hours=1)  # noqa: E731 - a clock
    board = fresh_board()
    with publishing(board) as url, reading(url, clock=behind) as reader:
        publish(board, decision())
        assert eventually(lambda: reader.tier().degraded)
        assert reader.status().skew_s == pytest.approx(3_600, abs=3)


def test_stopping_does_not_wait_for_the_long_poll():
    with publishing(fresh_board()) as url:
        reader = reading(url, wait_s=60, timeout_s=60).start()
        assert reader.answered(5)
        sleep(0.05)
        began = monotonic()
        reader.stop()
        assert monotonic() - began < 0.5
        assert not reader.status().running


def test_an_argument_that_cannot_be_looked_up_is_counted_not_raised():
    with misbehaving(sending(issued(scope=Scope("acme")))) as publisher, reading(publisher.url) as reader:
        assert reader.answered(5)
        assert reader.tier(tenant=["acme"]).tier is None
        assert reader.status().errors["lookup"] == 1


def test_a_key_stays_on_one_side_and_a_request_without_key_is_drawn():
    board = fresh_board()
    draws = iter([n / 2_000 for n in range(2_000)])
    with publishing(board) as url, reading(url, chance=lambda: next(draws)) as reader:
        publish(board, decision(share=0.25))
        assert eventually(lambda: reader.status().seq == 1)
        assert len({reader.tier(key="conversation-1").degraded for _ in range(50)}) == 1
        assert sum(reader.tier().degraded for _ in range(1_000)) == pytest.approx(250, abs=60)


def test_a_full_address_is_taken_as_it_is():
    with publishing(fresh_board(), limits=Limits()) as url, reading(f"{url}{DECISIONS_PATH}?tenant=acme") as reader:
        assert reader.answered(5)


@pytest.mark.parametrize("url", ["127.0.0.1:8320", "ftp://host", "", "http://"])
def test_an_address_that_is_none_is_refused_at_once(url):
    with pytest.raises(ValueError, match=r"expected one such as http://127\.0\.0\.1:8320"):
        DowngradeReader(url)


FORKING = """
import os, sys, time
from instrumentation.reader import DowngradeReader
reader = DowngradeReader(sys.argv[1], poll_s=0.02).start()
assert reader.answered(5)
child = os.fork()
if child == 0:
    deadline = time.monotonic() + 5
    while reader.status().seq != 2 and time.monotonic() < deadline:
        time.sleep(0.005)
    os._exit(0 if reader.tier().degraded and reader.status().running else 1)
print("forked", flush=True)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_child_follows_by_itself():
    board = fresh_board()
    publish(board, decision(share=0.0))
    with publishing(board) as url:
        process = subprocess.Popen([sys.executable, "-c", FORKING, url], stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own text
        assert process.stdout.readline() == "forked\n"
        publish(board, decision())
        assert process.wait(10) == 0
        process.stdout.close()


def test_asking_loads_no_server_library():
    heavy = {"duckdb", "fastapi", "litellm", "scipy"}
    loaded = f"import instrumentation.reader, sys; print({heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)  # noqa: S603 - our own text
    assert done.stdout == "set()\n"


def test_the_status_counts_the_age_of_the_last_good_answer():
    seconds = Seconds()
    with misbehaving(sending(issued())) as publisher:
        reader = reading(publisher.url, elapsed=seconds).start()
        assert reader.answered(5)
        reader.stop()
    seconds.passed = 60
    assert reader.status().age_s == pytest.approx(60, abs=2)
    assert replace(reader.status(), age_s=None).epoch == 1
