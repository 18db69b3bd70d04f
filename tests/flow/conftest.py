"""Real servers in processes of their own, on free ports, that end with their test.

They are forks of a process that has imported what they need: a start takes half a second. What the command itself
does from its first word on is tested where it is installed (``tests/house``).
"""

import json
import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from tests.flow.forked import Forked, serving

READY = re.compile(r"burnline is ready: API (?P<api>\S+), OTLP/HTTP (?P<otlp>\S+), OTLP/gRPC (?P<grpc>\S+), data in")
_START_S = 60.0


@dataclass(slots=True)
class Burnline:
    """A running ``burnline serve``."""

    process: Forked
    log: Path
    data: Path
    api: str
    otlp: str
    grpc: str

    def get(self, path: str, **params: Any) -> Any:
        """An answer of the API, which has to be a good one."""
        return self.ask(path, **params).raise_for_status().json()

    def ask(self, path: str, **params: Any) -> httpx.Response:
        return httpx.get(f"{self.api}{path}", params=params, timeout=20)

    def send(self, body: bytes, path: str = "/v1/traces", **headers: str) -> httpx.Response:
        """One OTLP/HTTP request."""
        named = {"content-type": "application/x-protobuf"} | {name.replace("_", "-"): v for name, v in headers.items()}
        return httpx.post(f"{self.otlp}{path}", content=body, headers=named, timeout=20)

    def metric(self, name: str, **labels: str) -> float:
        """A sample of ``/metrics``; 0 when there is none, summed over labels that are not given."""
        sample = re.compile(rf"^{name}(?:\{{(?P<labels>.*)\}})? (?P<value>\S+)$", re.MULTILINE)
        found = 0.0
        for match in sample.finditer(self.ask("/metrics").text):
            has = dict(re.findall(r'(\w+)="([^"]*)"', match["labels"] or ""))
            if labels.items() <= has.items():
                found += float(match["value"])
        return found

    def until(self, holds: Callable[[], Any], within_s: float) -> Any:
        """Wait until something holds; returns what it said."""
        deadline = time.monotonic() + within_s
        while not (said := holds()):
            assert time.monotonic() < deadline, f"not within {within_s} s; the server says:\n{self.said()[-2_000:]}"
            time.sleep(0.02)
        return said

    @property
    def rss_mib(self) -> float:
        """Memory of the process, in MiB."""
        return psutil.Process(self.process.pid).memory_info().rss / 2**20

    def said(self) -> str:
        return self.log.read_text()

    def kill(self) -> None:
        """The end without any warning."""
        self.process.kill()
        self.process.wait()

    def stop(self, within_s: float = 30.0) -> int:
        """The end as a service manager asks for it; returns the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(within_s)


class Servers:
    """Starts servers in a folder."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self._folder, self._environment = folder, environment
        self._started: list[Forked] = []

    def __call__(self, data: Path | None = None, config: dict[str, Any] | str | None = None, **ports: int) -> Burnline:
        """Start one and wait until it is ready."""
        return self.ready(self.begin(data, config, **ports), data)

    def begin(self, data: Path | None = None, config: dict[str, Any] | str | None = None, **ports: int) -> Forked:
        """Start one that may not become ready."""
        log = self._folder / f"serve-{len(self._started)}.log"
        words = _words(self._folder, data or self._folder / "data", config, ports)
        process = serving(words, log, self._folder, _untouched() | self._environment)
        self._started.append(process)
        return process

    def ready(self, process: Forked, data: Path | None = None) -> Burnline:
        """Wait until one that was begun is ready."""
        log = self._log(process)
        said = _ready(process, log)
        return Burnline(process, log, data or self._folder / "data", said["api"], said["otlp"], said["grpc"])

    def ended(self, **asked: Any) -> tuple[int, str]:
        """Status and words, on one line, of one that does not start."""
        process = self.begin(**asked)
        status = process.wait(30)
        return status, " ".join(self._log(process).read_text().split())

    def end(self) -> None:
        """Let none of them live on."""
        for process in self._started:
            if process.poll() is None:
                process.kill()
            process.wait()

    def _log(self, process: Forked) -> Path:
        return self._folder / f"serve-{self._started.index(process)}.log"


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Servers]:
    """Start servers that end with the test."""
    with _servers(tmp_path) as start:
        yield start


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Burnline]:
    """One server with the default configuration, for the tests of a module that leave it as they found it."""
    with _servers(tmp_path_factory.mktemp("server")) as start:
        yield start()


@contextmanager
def _servers(folder: Path) -> Iterator[Servers]:
    start = Servers(folder)
    yield start
    start.end()


def _words(folder: Path, data: Path, config: dict[str, Any] | str | None, ports: dict[str, int]) -> list[str]:
    words = ["--data", str(data)]
    for name in ("port", "otlp_http_port", "otlp_grpc_port"):
        words += [f"--{name.replace('_', '-')}", str(ports.get(name, 0))]
    if config is not None:
        file = folder / "burnline.yaml"
        file.write_text(config if isinstance(config, str) else json.dumps(config))  # JSON is YAML
        words += ["--config", str(file)]
    return words


def _untouched() -> dict[str, str]:
    """Our environment, without what would configure the server from outside."""
    return {key: value for key, value in os.environ.items() if not key.startswith("BURNLINE_")}


def _ready(process: Forked, log: Path) -> re.Match[str]:
    deadline = time.monotonic() + _START_S
    while (said := READY.search(log.read_text())) is None:
        assert process.poll() is None, f"the server ended with {process.returncode}:\n{log.read_text()}"
        assert time.monotonic() < deadline, f"not ready within {_START_S} s:\n{log.read_text()}"
        time.sleep(0.01)
    return said
