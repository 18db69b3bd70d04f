"""The real Prometheus over a history that is made up: counters are backfilled as blocks, and then asked about.

Samples come every minute, on the minute. A counter's value at an instant is the number of events before it, so that
the window ``[at - w, at]``, whose two ends Prometheus 2 counts in, holds the events of our half-open one and there is
nothing to extrapolate. (Prometheus 3 leaves the first of these samples out.)
"""

import json
import re
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml

from tests.programs import needed

START_S = 1_795_003_200
"""2026-11-18T12:00:00Z, the instant of the first sample."""
MINUTE_S = 60
_POINTS = 10_000
"""Prometheus answers at most 11,000 points of a series at once."""

Counters = Mapping[str, np.ndarray]
"""By the name and labels of a series: its value at every minute."""


@dataclass(frozen=True, slots=True)
class Prometheus:
    """A running server."""

    url: str

    def value(self, expr: str, minute: float) -> float | None:
        """The one value of an expression at a minute of the history; None where there is none."""
        found = self._asked("query", query=expr, time=START_S + minute * MINUTE_S)
        assert len(found) <= 1, f"{expr} has {len(found)} series"
        return float(found[0]["value"][1]) if found else None

    def present(self, expr: str, minutes: int) -> np.ndarray:
        """At which minutes of the history, from the first on, an expression has any series."""
        holds = np.zeros(minutes + 1, bool)
        for first in range(0, minutes + 1, _POINTS):
            last = min(first + _POINTS - 1, minutes)
            span = {"start": START_S + first * MINUTE_S, "end": START_S + last * MINUTE_S, "step": MINUTE_S}
            for series in self._asked("query_range", query=expr, **span):
                holds[[round((at - START_S) / MINUTE_S) for at, _ in series["values"]]] = True
        return holds

    def _asked(self, what: str, **params: object) -> list[dict]:
        body = urllib.parse.urlencode(params).encode()
        try:
            with urllib.request.urlopen(f"{self.url}/api/v1/{what}", body, timeout=60) as answer:  # noqa: S310 - http, ours
                return json.load(answer)["data"]["result"]
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{params}: {error.read().decode()}") from error


@contextmanager
def running(folder: Path, counters: Counters) -> Iterator[Prometheus]:
    """Run a Prometheus that remembers these counters, and nothing else."""
    _backfill(folder, counters)
    (folder / "prometheus.yml").write_text("scrape_configs: []\n", encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = [
        str(needed("prometheus")),
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        "--storage.tsdb.retention.time=10y",
        f"--web.listen-address={address}",
        "--log.level=warn",
    ]
    with (folder / "log.txt").open("w") as log, subprocess.Popen(command, stderr=log, stdout=log) as process:  # noqa: S603 - a program of Debian
        try:
            _ready(f"http://{address}", process, folder / "log.txt")
            yield Prometheus(f"http://{address}")
        finally:
            process.terminate()
            process.wait(10)


def _backfill(folder: Path, counters: Counters) -> None:
    lines = [f"# TYPE {name} counter" for name in sorted({series.partition("_total")[0] for series in counters})]
    for series, values in counters.items():
        lines += [f"{series} {value!r} {START_S + minute * MINUTE_S}" for minute, value in enumerate(values.tolist())]
    (folder / "history.txt").write_text("\n".join([*_by_family(lines), "# EOF\n"]), encoding="utf-8")
    made = subprocess.run(  # noqa: S603 - a program of Debian
        [
            *(needed("promtool"), "tsdb", "create-blocks-from", "openmetrics", "--quiet", "--max-block-duration=1440h"),
            *(folder / "history.txt", folder / "data"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stdout + made.stderr


def _by_family(lines: Sequence[str]) -> list[str]:
    """OpenMetrics wants the samples of a family together, after its type."""
    family = re.compile(r"(?:# TYPE )?([a-z_]+?)(?:_total)?(?:[{ ].*)?$")
    return sorted(lines, key=lambda line: (family.match(line)[1], not line.startswith("#")))  # type: ignore[index]


def _ready(url: str, process: subprocess.Popen, log: Path) -> None:
    for _ in range(400):
        assert process.poll() is None, log.read_text(encoding="utf-8")
        try:
            with urllib.request.urlopen(f"{url}/-/ready", timeout=1):  # noqa: S310 - http, ours
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.025)
    raise AssertionError(log.read_text(encoding="utf-8"))


_RECORDED = re.compile(r"((?:slo|burnline|burnrate|errors):[\w:]+)\{[^}]*\}")


@dataclass(frozen=True, slots=True)
class Alert:
    """An alerting rule with nothing recorded left in its expression."""

    name: str
    severity: str
    expr: str
    for_minutes: int


def inlined(rules: str, expr: str) -> str:
    """An expression with every recorded series replaced by what it is recorded from."""
    recorded = {rule["record"]: rule["expr"] for rule in _rules(rules) if "record" in rule}
    while _RECORDED.search(expr):
        expr = _RECORDED.sub(lambda found: f"({recorded[found[1]]})", expr)
    return expr


def alerts(rules: str, name: str, severity: str) -> list[Alert]:
    """The alerting rules of a name and severity."""
    return [
        Alert(name, severity, inlined(rules, rule["expr"]), int(rule.get("for", "0m").removesuffix("m")))
        for rule in _rules(rules)
        if rule.get("alert") == name and rule["labels"]["severity"] == severity
    ]


def _rules(rules: str) -> list[dict]:
    return [rule for group in yaml.safe_load(rules)["groups"] for rule in group["rules"]]
