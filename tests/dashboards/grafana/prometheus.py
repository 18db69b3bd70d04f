"""The real Prometheus that remembers the known workload, goes on reading the server, and evaluates the rules.

History is backfilled: what the server said at every instant of a reading, then what the recording rules make of it.
Readings are on whole minutes and windows begin and end with one, so that nothing is extrapolated. From then on the
server is scraped every two seconds, for what only a running Prometheus makes: alerts, exemplars, series of its own.
"""

import json
import re
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.differential.prometheus import _ready
from tests.programs import needed

_RECORD = re.compile(r'([\w:]+)\{sloth_id="([^"]+)"\}')
_RECORDED_S = 3_600


@dataclass(frozen=True, slots=True)
class Prometheus:
    """A running server."""

    url: str

    def ask(self, what: str, **params: object) -> Any:
        """Ask its API; what it refuses is an error that says why."""
        body = urllib.parse.urlencode(params).encode()
        try:
            with urllib.request.urlopen(f"{self.url}/api/v1/{what}", body, timeout=60) as answer:  # noqa: S310 - http, ours
                return json.load(answer)["data"]
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{params}: {error.read().decode()}") from error

    def at(self, expr: str, at_s: float) -> list[tuple[dict[str, str], float]]:
        """Labels and value of every series at an instant."""
        found = self.ask("query", query=expr, time=at_s)["result"]
        return [(one["metric"], float(one["value"][1])) for one in found]


@contextmanager
def remembering(folder: Path, history: str, rules: str, target: str, end_s: int) -> Iterator[Prometheus]:
    """Run one over a history, with rules, that scrapes ``target``."""
    _backfill(folder, history)
    with running(folder, {}) as server:
        recorded = "".join(_recorded(server, rules, end_s))
    _backfill(folder, f"{recorded}# EOF\n")
    (folder / "rules.yml").write_text(re.sub(r"interval: \w+", "interval: 1s", rules), encoding="utf-8")
    scraped = {"job_name": "burnline", "static_configs": [{"targets": [target]}]}
    with running(folder, {"rule_files": ["rules.yml"], "scrape_configs": [scraped]}) as server:
        yield server


def _backfill(folder: Path, text: str) -> None:
    (folder / "history.txt").write_text(text, encoding="utf-8")
    command = [needed("promtool"), "tsdb", "create-blocks-from", "openmetrics", folder / "history.txt", folder / "data"]
    made = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - a program of Debian
    assert made.returncode == 0, made.stdout + made.stderr


def _recorded(server: Prometheus, rules: str, end_s: int) -> Iterator[str]:
    """What the recording rules record in the last hour, every minute on the minute."""
    span = {"start": end_s - _RECORDED_S, "end": end_s, "step": 60}
    by_name: dict[str, list[str]] = {}
    for rule in _recording(rules):
        for series in server.ask("query_range", query=rule["expr"], **span)["result"]:
            labels = {k: v for k, v in series["metric"].items() if k != "__name__"} | rule["labels"]
            told = ",".join(f"{name}={json.dumps(value)}" for name, value in labels.items())
            lines = [f"{rule['record']}{{{told}}} {value} {at}" for at, value in series["values"]]
            by_name.setdefault(rule["record"], []).extend(lines)
    for name, lines in by_name.items():
        yield "\n".join([f"# TYPE {name} gauge", *lines, ""])


@contextmanager
def running(folder: Path, config: dict[str, Any]) -> Iterator[Prometheus]:
    """Run one over a folder of its own."""
    whole = {"global": {"scrape_interval": "2s", "scrape_timeout": "2s"}} | config
    (folder / "prometheus.yml").write_text(json.dumps(whole), encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = [
        str(needed("prometheus")),
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address={address}",
        "--enable-feature=exemplar-storage",
        "--log.level=warn",
    ]
    with (folder / "log.txt").open("w") as log, subprocess.Popen(command, stderr=log, stdout=log) as process:  # noqa: S603 - the same
        try:
            _ready(f"http://{address}", process, folder / "log.txt")
            yield Prometheus(f"http://{address}")
        finally:
            process.terminate()
            process.wait(10)


def _recording(rules: str) -> list[dict[str, Any]]:
    """Recording rules that read no other one, so that each can be asked for at any instant."""
    whole = [rule for group in yaml.safe_load(rules)["groups"] for rule in group["rules"] if "record" in rule]
    found = {(rule["record"], rule["labels"]["sloth_id"]): rule["expr"] for rule in whole}

    def inlined(expr: str) -> str:
        while any(key in found for key in _RECORD.findall(expr)):
            expr = _RECORD.sub(lambda one: f"({found[one[1], one[2]]})" if one.groups() in found else one[0], expr)
        return expr

    return [rule | {"expr": inlined(rule["expr"])} for rule in whole]


def until(holds: Any, seconds: float = 60.0) -> Any:
    """Ask until there is an answer."""
    limit = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < limit, "it does not come to be so"
        time.sleep(0.1)
    return found
