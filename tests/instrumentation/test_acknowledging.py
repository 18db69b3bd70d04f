"""A reader tells what it applied, and nobody is harmed when it cannot."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from types import SimpleNamespace

import pytest

from instrumentation.downgrade import Scope
from instrumentation.reader import DowngradeReader
from tests.instrumentation.decisions import eventually
from tests.instrumentation.test_reader import issued

FIELDS = {"reader", "service", "epoch", "seq", "applied_at", "decisions", "held"}


@contextmanager
def taking(status=204, bodies=(), hang=None) -> Iterator[SimpleNamespace]:
    """A publisher of documents that answers acknowledgements with ``status``, after ``hang``."""
    told, left = [], list(bodies or [issued()])

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            self.answer(200, left.pop(0) if len(left) > 1 else left[0])

        def do_POST(self):
            told.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
            if hang is not None:
                hang.wait(5)
            self.answer(status, b"")

        def answer(self, answered, content):
            self.send_response(answered)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads, server.handle_error = True, lambda *_: None
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield SimpleNamespace(url=f"http://127.0.0.1:{server.server_port}", told=told)
    server.shutdown()
    server.server_close()


def reading(url, **changes):
    return DowngradeReader(url, **{"poll_s": 0.02, "wait_s": 0, "timeout_s": 0.5, "service": "shop", **changes})


def test_what_was_applied_is_told_once_and_then_now_and_again():
    with taking() as publisher, reading(publisher.url, name="pod-7", acknowledge_s=0.2) as reader:
        assert eventually(lambda: reader.status().acknowledged == (1, 1))
        path, told = publisher.told[0]
        assert path == "/v1/routing/acknowledgements"
        assert set(told) == FIELDS
        assert (told["reader"], told["service"], told["decisions"], told["held"]) == ("pod-7", "shop", 1, [])
        assert told["applied_at"].endswith("Z")
        assert eventually(lambda: len(publisher.told) >= 2)


def test_a_scope_whose_decision_cannot_be_read_is_told_as_held():
    first = issued(scope=Scope("acme"))
    newer = json.dumps(json.loads(first) | {"seq": 2}).replace("economy", "turbo").encode()
    with taking(bodies=[first, newer]) as publisher, reading(publisher.url) as reader:
        assert eventually(lambda: reader.status().acknowledged == (1, 2))
        assert publisher.told[-1][1]["held"] == [{"tenant": "acme", "route": None, "model": None}]


@pytest.mark.parametrize("status", [404, 405, 500])
def test_a_publisher_that_does_not_take_it_is_counted_and_followed_all_the_same(status):
    with taking(status) as publisher, reading(publisher.url, acknowledge_s=0.05) as reader:
        assert eventually(lambda: reader.status().acknowledgement_errors.get(f"http_{status}", 0) >= 2)
        assert reader.tier().degraded
        assert (reader.status().errors, reader.status().acknowledged) == ({}, None)


def test_a_publisher_that_hangs_holds_up_neither_reading_nor_stopping():
    released = Event()
    with taking(hang=released) as publisher:
        reader = reading(publisher.url, timeout_s=3).start()
        assert eventually(lambda: publisher.told)
        assert reader.tier().degraded
        reader.stop()
        released.set()
        assert not reader.status().running


def test_a_reader_may_keep_it_to_itself():
    with taking() as publisher, reading(publisher.url, acknowledge_s=0) as reader:
        assert reader.answered(5)
        reader.stop()
        assert publisher.told == []
