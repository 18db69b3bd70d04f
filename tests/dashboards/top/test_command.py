"""The command as a person runs it: one page into a pipe, and live in a real terminal of its own."""

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest

from alerts.firing import firing_api
from alerts.firing.firing import Firing
from alerts.journal import Journal
from analytics.links import Links
from collector.store import DuckDBStore
from dashboards.app import Parts, build_app
from dashboards.asking import Source
from dashboards.top.gathering import Wanted
from dashboards.top.screen import Asker
from tests.alerts.observations import NOON
from tests.dashboards.conftest import _served
from tests.house.tree import ROOT

_ACTS = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


@pytest.fixture(scope="module")
def url():
    store = DuckDBStore(None)
    alerts = firing_api.router(Firing(Journal(store), lambda _: [], lambda: NOON), Links())
    with _served(build_app(Parts(store, time.time_ns, routers=(alerts,)))) as address:
        yield address
    store.close()


def command(*words):
    return [sys.executable, "-m", "burnline", "top", *words]


def ran(*words):
    return subprocess.run(command(*words), cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603 - ours


def test_one_page_goes_into_a_pipe_without_colour(url):
    done = ran("--once", "--url", url)
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout
    assert "Nothing fires." in done.stdout
    assert "No objective is configured." in done.stdout


def test_a_server_that_is_away_is_no_page():
    done = ran("--once", "--url", "http://127.0.0.1:9")
    assert (done.returncode, done.stdout) == (1, "")
    assert "no Burnline answers at http://127.0.0.1:9" in " ".join(done.stderr.split())


def test_an_answer_of_another_shape_is_a_problem_to_be_shown_and_the_next_one_is_asked_for():
    async def other(_scope, _receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
        await send({"type": "http.response.body", "body": b'{"evaluated_at": 5}'})

    with _served(other) as address:
        asker = Asker(Source(address), Wanted(), 1.0)
        asker.look()
        assert "check --url" in (asker.problem or "")
        done = ran("--once", "--url", address)
    assert (asker.turn, done.returncode) == (1, 1)
    assert "check --url" in done.stderr


def test_without_a_terminal_it_says_what_to_do_instead(url):
    done = ran("--url", url)
    assert done.returncode == 1
    assert "--once" in done.stderr


@pytest.mark.parametrize(
    ("words", "expected"),
    [(("--window", "1y"), "15m, 1h or 7d"), (("--window", "5s"), "1m to 31d"), (("--every", "0"), "0.5 to 3600")],
)
def test_what_it_cannot_do_is_refused_with_what_it_can(words, expected):
    done = ran(*words)
    assert done.returncode == 2
    assert expected in done.stderr


class Terminal:
    """What a program has written to a terminal of 80 columns and 24 lines."""

    def __init__(self, process, master):
        self.process, self.master, self.written = process, master, b""

    @property
    def text(self):
        return _ACTS.sub("", self.written.decode(errors="replace"))

    def until(self, words, within_s=20.0):
        deadline = time.monotonic() + within_s
        while words not in self.text:
            assert time.monotonic() < deadline, self.text
            if select.select([self.master], [], [], 0.1)[0]:
                self.written += os.read(self.master, 65_536)
        return True

    def press(self, key):
        os.write(self.master, key.encode())


@contextmanager
def terminal(*words):
    master, slave = pty.openpty()
    told = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24"}
    process = subprocess.Popen(command(*words), cwd=ROOT, stdin=slave, stdout=slave, stderr=slave, env=told)  # noqa: S603 - ours
    os.close(slave)
    try:
        yield Terminal(process, master)
    finally:
        process.kill()
        process.wait()
        os.close(master)


def test_it_draws_until_somebody_quits(url):
    with terminal("--url", url, "--every", "0.5") as screen:
        screen.until("Nothing fires.")
        assert screen.text.count("the last 1h until") >= 1
        screen.press("q")
        assert screen.process.wait(10) == 0
        assert b"\x1b[?1049h" in screen.written  # on a screen of its own, so that what was there is there again


def test_told_to_end_it_leaves_the_terminal_as_it_was(url):
    with terminal("--url", url, "--every", "0.5") as screen:
        screen.until("Nothing fires.")
        screen.process.send_signal(signal.SIGTERM)
        assert screen.process.wait(10) == 128 + signal.SIGTERM
        while select.select([screen.master], [], [], 0)[0]:
            try:
                screen.written += os.read(screen.master, 65_536)
            except OSError:  # nobody holds the other end any more
                break
        assert screen.written.rfind(b"\x1b[?1049l") > screen.written.rfind(b"\x1b[?1049h")
        assert "Traceback" not in screen.text


def test_it_goes_on_trying_while_the_server_is_away():
    with terminal("--url", "http://127.0.0.1:9", "--every", "0.5") as screen:
        screen.until("trying again every 0.5 s")
        assert screen.process.poll() is None
        screen.press("q")
        assert screen.process.wait(10) == 0
