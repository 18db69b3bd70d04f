"""How long from the span that crosses a threshold, acknowledged, to the first request that is served elsewhere?

One real server and one real router process that follows it, each tenant with an objective and a ladder of its own. Of
each, two failed requests are there already; the third, acknowledged over OTLP/HTTP, is the evidence that makes its
budget burn. From then on the router serves that tenant every millisecond until a request goes to a lower rung.
Crossings come at random moments of the evaluation's turn. A hundred tenants never cross: in silence, or with so many
requests a second altogether that are well, each acknowledged.

Run as ``python -m tests.benchmarks.crossing [crossings] [requests a second ...]``. The target is a p99 under one
second.
"""

import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any

import httpx

from instrumentation.reader import DowngradeReader
from tests.analytics.derive.house import Sent, body, call
from tests.flow.conftest import Burnline, Servers

CROSSINGS = 100
OTHERS = ("0", "20")
EVIDENCE = 3
CALM = 100
_WAIT_S = 20.0


def main() -> None:
    """Print the answers."""
    crossings = int(sys.argv[1]) if len(sys.argv) > 1 else CROSSINGS
    print(__doc__.splitlines()[0], "\n")
    print("| other requests/s | crossings | median ms | p99 ms | longest ms | looked at after | obeyed after that |")
    print("|---|---|---|---|---|---|---|", flush=True)
    for others in sys.argv[2:] or OTHERS:
        print(_row(others, _measured(crossings, float(others))), flush=True)


def _row(others: str, measured: list[tuple[float, float]]) -> str:
    whole = [decided + then for decided, then in measured]
    parts = [f"{_p(part, 0.5):.0f} / {_p(part, 0.99):.0f}" for part in zip(*measured, strict=True)]
    figures = f"{statistics.median(whole):.0f} | {_p(whole, 0.99):.0f} | {max(whole):.0f}"
    return f"| {others} | {len(whole)} | {figures} | {' | '.join(parts)} |"


def _p(values: Any, share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def _measured(crossings: int, others: float) -> list[tuple[float, float]]:
    """Of each crossing: milliseconds until the look that decided, and from its beginning until it was obeyed."""
    chance = random.Random(7)
    tenants = [f"tenant-{n:03}" for n in range(crossings)]
    calm = [f"calm-{n:03}" for n in range(CALM)]
    with tempfile.TemporaryDirectory() as folder:
        start = Servers(Path(folder))
        server = start(config=_config([*tenants, *calm]))
        try:
            with _router(server.api) as router, httpx.Client() as exporter, _others(server, calm, others):
                for tenant in tenants:
                    for _ in range(EVIDENCE - 1):
                        _request(exporter, server, tenant, failed=True)
                time.sleep(3)
                return [_crossing(exporter, server, router, tenant, chance) for tenant in tenants]
        finally:
            start.end()


def _crossing(
    exporter: httpx.Client, server: Burnline, router: "subprocess.Popen[str]", tenant: str, chance: random.Random
) -> tuple[float, float]:
    time.sleep(chance.uniform(1, 2))
    router.stdin.write(f"{tenant}\n")
    router.stdin.flush()
    assert router.stdout.readline() == "serving\n"
    _request(exporter, server, tenant, failed=True)
    acknowledged_s = time.time()
    said = json.loads(router.stdout.readline())
    return (said["decided_s"] - acknowledged_s) * 1e3, (said["obeyed_s"] - said["decided_s"]) * 1e3


@contextmanager
def _others(server: Burnline, tenants: list[str], a_second: float) -> Iterator[None]:
    """Requests of others, all well, until the end of the block."""
    ended, chance = Event(), random.Random(11)

    def send() -> None:
        with httpx.Client() as exporter:
            while not ended.wait(chance.expovariate(a_second)):
                _request(exporter, server, chance.choice(tenants), failed=False)

    thread = Thread(target=send)
    if a_second:
        thread.start()
    yield
    ended.set()
    if a_second:
        thread.join()


def _request(exporter: httpx.Client, server: Burnline, tenant: str, *, failed: bool) -> None:
    now_ns = time.time_ns()
    times = {"trace": now_ns, "start_at_ns": now_ns - 10**8}
    who = {"burnline.tenant": tenant, "burnline.route": "answer", "burnline.tier": "premium"}
    root = Sent(span=1, kind="request", says=who, failed=failed, duration_s=0.1, **times)
    spans = body([root, call(span=2, parent=1, response=f"l-{now_ns}", duration_s=0.05, **times)])
    headers = {"content-type": "application/x-protobuf"}
    exporter.post(f"{server.otlp}/v1/traces", content=spans, headers=headers, timeout=20).raise_for_status()


def _config(tenants: list[str]) -> dict[str, Any]:
    windows = [{"budget_share": 0.2, "long": "1h", "short": "10m", "severity": "page"}]  # burns of more than 2 fire
    objective = {"sli": "availability", "target": 0.9, "route": "answer", "period": "10h", "windows": windows}
    route = {"route": "answer", "ladder": ["premium", "economy"], "jitter_ratio": 0}
    return {
        "objectives": [{"name": f"up {tenant}", "tenant": tenant, **objective} for tenant in tenants],
        "routes": [{"tenant": tenant, **route} for tenant in tenants],
        "evaluation": {"changing_ratio": 1},
    }


@contextmanager
def _router(url: str) -> Iterator["subprocess.Popen[str]"]:
    words = [sys.executable, "-m", "tests.benchmarks.crossing", "--router", url]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(words, **pipes) as process:  # noqa: S603 - ourselves
        yield process
        process.kill()


def route(url: str) -> None:
    """Be the router: for each tenant told, serve it every millisecond until a request goes elsewhere."""
    with DowngradeReader(url, service="benchmark") as reader:
        for line in sys.stdin:
            tenant, until = line.strip(), time.monotonic() + _WAIT_S
            print("serving", flush=True)
            while not (verdict := reader.tier(tenant=tenant, route="answer", key="c-1")).degraded:
                assert time.monotonic() < until, f"{tenant} is not served elsewhere: {reader.status()}"
                time.sleep(0.001)
            decided = verdict.decision.issued_at.timestamp()
            print(json.dumps({"decided_s": decided, "obeyed_s": time.time()}), flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--router"]:
        route(sys.argv[2])
    else:
        main()
