"""Real servers that are there at once: forks of one process that has imported everything."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil

from tests.flow.conftest import READY

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Forked:
    """A running ``burnline serve``."""

    pid: int
    api: str
    otlp: str
    log: Path

    def get(self, path: str, **params: Any) -> Any:
        return httpx.get(f"{self.api}{path}", params=params, timeout=20).raise_for_status().json()

    def send(self, body: bytes) -> None:
        """One OTLP/HTTP request, acknowledged."""
        headers = {"content-type": "application/x-protobuf"}
        httpx.post(f"{self.otlp}/v1/traces", content=body, headers=headers, timeout=20).raise_for_status()

    def kill(self) -> None:
        """The end without any warning."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        while psutil.pid_exists(self.pid):
            time.sleep(0.002)


class Forks:
    """Starts servers, each with its configuration, on its data directory."""

    def __init__(self, folder: Path, parent: "subprocess.Popen[str]") -> None:
        self._folder, self._parent, self._started = folder, parent, []

    def __call__(self, name: str, config: dict[str, Any], port: int = 0) -> Forked:
        """Start the server of a name; one that was killed starts where it ended."""
        log = self._folder / f"{name}-{len(self._started)}.log"
        file = self._folder / f"{name}-{len(self._started)}.yaml"
        file.write_text(json.dumps(config))  # JSON is YAML
        ports = [f"--port={port}", "--otlp-http-port=0", "--otlp-grpc-port=0"]
        words = ["--data", str(self.data(name)), "--config", str(file), *ports]
        self._parent.stdin.write(json.dumps({"words": words, "log": str(log)}) + "\n")
        self._parent.stdin.flush()
        pid = int(self._parent.stdout.readline())
        self._started.append(pid)
        said = _ready(pid, log)
        return Forked(pid, said["api"], said["otlp"], log)

    def data(self, name: str) -> Path:
        """Where the server of a name keeps its data."""
        return self._folder / name

    def end(self) -> None:
        """Let none of them live on."""
        for pid in self._started:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


@contextmanager
def forking(folder: Path, **environment: str) -> Iterator[Forks]:
    """Begin the process that servers are forks of; they end with the block."""
    words = [sys.executable, "-m", "tests.flow.forks"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(words, cwd=ROOT, env=os.environ | environment, **pipes) as parent:  # noqa: S603 - ourselves
        forks = Forks(folder, parent)
        try:
            yield forks
        finally:
            forks.end()
            parent.stdin.close()


def _ready(pid: int, log: Path) -> Any:
    deadline = time.monotonic() + 60
    while not log.exists() or (said := READY.search(log.read_text())) is None:
        text = log.read_text() if log.exists() else ""
        assert psutil.pid_exists(pid), f"the server ended:\n{text}"
        assert time.monotonic() < deadline, f"not ready:\n{text}"
        time.sleep(0.01)
    return said
