"""The pieces of the stack as processes: a server, Debian's Prometheus and Alertmanager, with the committed files.

What is another here: addresses, and how long is waited. Every process ends with the test.
"""

import contextlib
import io
import json
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

import burnline
from tests.flow.conftest import Burnline, Servers
from tests.programs import needed
from tests.stack.files import STACK

_START_S = 20.0
TEMPLATES = "usr/share/prometheus/alertmanager"
CONFIGURATION: Mapping[str, Any] = {
    "objectives": [{"name": "answers", "sli": "availability", "target": 0.99, "route": "answer"}],
    "routes": [{"route": "answer"}],
}


@dataclass(frozen=True, slots=True)
class Chain:
    """What runs, and where."""

    server: Burnline
    prometheus: str
    alertmanager: str

    def firing(self) -> set[str]:
        """Alerts that fire in Prometheus."""
        found = _asked(f"{self.prometheus}/api/v1/alerts")["data"]["alerts"]
        return {one["labels"]["alertname"] for one in found if one["state"] == "firing"}

    def posted(self) -> dict[str, dict[str, Any]]:
        """Alerts that Alertmanager has, by name."""
        return {one["labels"]["alertname"]: one for one in _asked(f"{self.alertmanager}/api/v2/alerts")}

    def told(self) -> list[dict[str, Any]]:
        """What the journal has from Alertmanager, oldest first."""
        entries = self.server.get("/v1/journal", kind="alert", limit=500)["entries"]
        return [entry["body"] for entry in reversed(entries) if entry["body"]["origin"] == "alertmanager"]

    def until(self, holds: Callable[[], Any], within_s: float = 30.0) -> Any:
        """Wait until something holds; returns what it said."""
        return self.server.until(holds, within_s)


@contextmanager
def running(folder: Path) -> Iterator[Chain]:
    """The whole chain, until the block ends."""
    api, prometheus, alertmanager = _free(3)
    start = Servers(folder)
    try:
        server = start(config={**CONFIGURATION, "links": {"url": f"http://127.0.0.1:{api}"}}, port=api)
        addresses = {
            "burnline:8320": f"127.0.0.1:{api}",
            "alertmanager:9093": f"127.0.0.1:{alertmanager}",
            "127.0.0.1:9090": f"127.0.0.1:{prometheus}",
        }
        with _alertmanager(folder, alertmanager, addresses), _prometheus(folder, prometheus, addresses):
            yield Chain(server, f"http://127.0.0.1:{prometheus}", f"http://127.0.0.1:{alertmanager}")
    finally:
        start.end()


@contextmanager
def _prometheus(folder: Path, port: int, addresses: Mapping[str, str]) -> Iterator[None]:
    home = folder / "prometheus"
    (home / "rules").mkdir(parents=True)
    (home / "rules" / "burnline.yml").write_text(quick(rules(folder / "burnline.yaml")), encoding="utf-8")
    committed = (STACK / "prometheus" / "prometheus.yml").read_text(encoding="utf-8")
    written = re.sub(r"(scrape_timeout|scrape_interval|evaluation_interval): \d+s", r"\1: 1s", committed)
    (home / "prometheus.yml").write_text(moved(written, addresses), encoding="utf-8")
    words = ["--config.file=prometheus.yml", "--storage.tsdb.path=data", f"--web.listen-address=127.0.0.1:{port}"]
    features = "--enable-feature=exemplar-storage"
    with _program(
        needed("prometheus"), [*words, features, "--log.level=warn"], home, f"http://127.0.0.1:{port}/-/ready"
    ):
        yield


@contextmanager
def _alertmanager(folder: Path, port: int, addresses: Mapping[str, str]) -> Iterator[None]:
    home = folder / "alertmanager"
    home.mkdir()
    committed = (STACK / "alertmanager" / "alertmanager.yml").read_text(encoding="utf-8")
    written = re.sub(r"(group_wait|group_interval): \S+", r"\1: 1s", committed)
    (home / "alertmanager.yml").write_text(moved(written, addresses), encoding="utf-8")
    words = ["--config.file=alertmanager.yml", "--storage.path=data", "--cluster.listen-address="]
    here = f"--web.listen-address=127.0.0.1:{port}"
    program = _with_templates(needed("alertmanager"), home)
    with _program(program, [*words, here], home, f"http://127.0.0.1:{port}/-/ready"):
        yield


def _with_templates(program: Path, home: Path) -> Path:
    """Debian's program reads its templates from one place; where nothing is installed, a copy reads them from here."""
    if (Path("/") / TEMPLATES / "default.tmpl").exists():
        return program
    shutil.copytree(program.parents[2] / TEMPLATES, home / TEMPLATES)
    copy = home / program.name
    here = TEMPLATES.replace("/prometheus", "//prometheus")  # as long as the place it stands for
    copy.write_bytes(program.read_bytes().replace(f"/{TEMPLATES}".encode(), here.encode()))
    copy.chmod(0o755)
    return copy


@contextmanager
def _program(program: Path, words: list[str], home: Path, ready: str) -> Iterator[None]:
    with (home / "log").open("w+") as log:
        process = subprocess.Popen([program, *words], cwd=home, stdout=log, stderr=log)  # noqa: S603 - Debian's
        try:
            deadline = time.monotonic() + _START_S
            while not _answers(ready):
                assert process.poll() is None, (home / "log").read_text()
                assert time.monotonic() < deadline, (home / "log").read_text()
                time.sleep(0.05)
            yield
        finally:
            process.kill()
            process.wait()


def rules(configuration: Path) -> str:
    """What the one-shot service of the stack writes."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        assert burnline.main(["slo", "rules", "--own", "--config", str(configuration)]) == 0
    return out.getvalue()


def quick(text: str) -> str:
    """The same rules, worked out every second; what they say is the same."""
    return re.sub(r"^(\s+interval:) \S+$", r"\1 1s", text, flags=re.MULTILINE)


def moved(text: str, addresses: Mapping[str, str]) -> str:
    """The same file with other addresses; each has to be in it, or it is another file than it was."""
    for named, here in addresses.items():
        text = text.replace(named, here)
    return text


def post(url: str, body: object) -> httpx.Response:
    """Post JSON; it has to be taken."""
    return httpx.post(url, content=json.dumps(body), headers={"content-type": "application/json"}).raise_for_status()


def _asked(url: str) -> Any:
    return httpx.get(url, timeout=10).raise_for_status().json()


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=1).is_success
    except httpx.HTTPError:
        return False


def _free(count: int) -> list[int]:
    with contextlib.ExitStack() as held:
        found = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [one.getsockname()[1] for one in found]
