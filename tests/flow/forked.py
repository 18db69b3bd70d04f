"""Processes of servers that are there at once: forks of one process of the test run that has imported everything."""

import atexit
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).parents[2]


class Forked:
    """A running ``burnline serve``; the part of ``Popen`` that tests use."""

    def __init__(self, pid: int) -> None:
        """Of a process that was just started."""
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """The status it ended with; None while it runs."""
        if self.returncode is None:
            self.returncode = _told({"ended": self.pid})
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end; returns the status."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while (status := self.poll()) is None:
            if deadline is not None and time.monotonic() > deadline:
                raise subprocess.TimeoutExpired("burnline serve", timeout or 0)
            time.sleep(0.002)
        return status

    def send_signal(self, number: int) -> None:
        """Send a signal; nothing happens to one that has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it without any warning."""
        self.send_signal(signal.SIGKILL)


def serving(words: Sequence[str], log: Path, folder: Path, environment: Mapping[str, str]) -> Forked:
    """Start ``burnline serve`` with these words, in a folder, with an environment of its own."""
    log.write_text("")  # there before whoever waits for its words looks
    asked = {"words": [*words], "log": str(log), "folder": str(folder), "environment": {**environment}}
    return Forked(_told(asked))


def _told(asked: Mapping[str, Any]) -> Any:
    parent = _parent()
    parent.stdin.write(json.dumps(asked) + "\n")
    parent.stdin.flush()
    return json.loads(parent.stdout.readline())


@cache
def _parent() -> "subprocess.Popen[str]":
    """Whose forks servers are: one for each process that runs tests, as long as that."""
    words = [sys.executable, "-m", "tests.flow.forks"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    parent = subprocess.Popen(words, cwd=_ROOT, **pipes)  # noqa: S603 - ourselves
    atexit.register(_end, parent)
    return parent


def _end(parent: "subprocess.Popen[str]") -> None:
    with suppress(BrokenPipeError):
        parent.stdin.close()
    parent.wait()
