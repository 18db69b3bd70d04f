"""Whatever happens between a router and Burnline, the router serves, and serves what the lease says.

Real processes: ``burnline serve`` with a downgrade in force, a router that follows it, and somebody in between.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from alerts.epochs import next_epoch
from alerts.journal import Journal
from collector.store import DuckDBStore
from tests.analytics.derive.house import Sent, body, call
from tests.flow.conftest import Burnline, Servers
from tests.flow.meddler import FORGED_SEQ, meddling
from tests.instrumentation.decisions import eventually

SECRET = "the secret of the chaos tests"  # noqa: S105 - it keeps nothing secret
KEYS = {"k1": SECRET}
"""What routers are given; the server signs with it."""
LEASE_S = 3.0
CONFIG = {
    "objectives": [
        {
            "name": "up",
            "sli": "availability",
            "target": 0.9,
            "route": "answer",
            "period": "10m",
            "windows": [{"budget_share": 0.05, "long": "5s", "short": "1500ms", "severity": "page"}],
        }
    ],
    "routes": [
        {"route": "answer", "ladder": ["premium", "standard"], "pending": "0s", "up_dwell": "1h", "jitter_ratio": 0}
    ],
    "evaluation": {"every": "200ms"},
    "signal": {"renew": "700ms", "lease": f"{int(LEASE_S)}s", "keys": [{"kid": "k1", "secret_env": "SIGNAL_KEY"}]},
}


class Router:
    """A router in its process."""

    def __init__(self, process):
        self.process = process

    def ask(self, requests=20) -> dict:
        self.process.stdin.write(f"{requests}\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def tiers(self) -> set[str]:
        said = self.ask()
        assert sum(said["served"].values()) == 20, "a request was not served"
        return set(said["served"])

    def until(self, tier: str, within_s: float) -> None:
        """Wait until every request is served at a tier."""
        began = time.monotonic()
        while self.tiers() != {tier}:
            assert time.monotonic() - began < within_s, f"not {tier} within {within_s} s: {self.ask()}"
            time.sleep(0.02)

    def follows(self, later_than: int, within_s: float = 5.0) -> None:
        deadline = time.monotonic() + within_s
        while (said := self.ask())["seq"] <= later_than:
            assert time.monotonic() < deadline, f"nothing new is followed: {said}"
            time.sleep(0.02)

    def counts(self, kind: str, within_s: float = 10.0) -> None:
        deadline = time.monotonic() + within_s
        while kind not in (said := self.ask())["errors"]:
            assert time.monotonic() < deadline, f"{kind} is not counted: {said}"
            time.sleep(0.02)


@contextmanager
def routing(url, router="plain", **asked) -> Iterator[Router]:
    words = [sys.executable, "-m", "tests.flow.router_process", json.dumps({"url": url, "router": router, **asked})]
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603 - ours
    try:
        assert process.stdout.readline() == "ready\n"
        yield Router(process)
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("chaos")


@pytest.fixture(scope="module")
def start(folder) -> Iterator[Callable[..., Burnline]]:
    """Start the server of a name; one that was killed starts where it ended."""
    servers = Servers(folder, SIGNAL_KEY=SECRET)
    yield lambda name, config, **ports: servers(folder / name, config, **ports)
    servers.end()


@pytest.fixture(scope="module")
def source(start) -> Burnline:
    """A server that has stepped down and stays there."""
    server = start("lasting", CONFIG)
    step_down(server)
    return server


def step_down(server: Burnline) -> None:
    """Fail requests until the route steps down; then silence, in which missing data changes nothing."""
    deadline = time.monotonic() + 20
    while not any(d["mode"] == "degraded" for d in server.get("/v1/routing/decisions")["decisions"]):
        assert time.monotonic() < deadline, f"no decision:\n{server.log.read_text()[-2_000:]}"
        now_ns = time.time_ns()
        times = {"trace": now_ns, "start_at_ns": now_ns - 10**8}
        who = {"burnline.route": "answer", "burnline.tier": "premium"}
        root = Sent(span=1, kind="request", says=who, failed=True, duration_s=0.1, **times)
        server.send(
            body([root, call(span=2, parent=1, response=f"l-{now_ns}", duration_s=0.05, **times)])
        ).raise_for_status()


def test_routers_survive_the_death_of_the_source_and_follow_it_again(start):
    server = start("mortal", CONFIG)
    with routing(server.api, "plain") as plain, routing(server.api, "litellm") as litellm:
        routers = (plain, litellm)
        assert [router.tiers() for router in routers] == [{"premium"}] * 2
        step_down(server)
        for router in routers:
            router.until("standard", within_s=5)
        server.kill()
        assert [router.tiers() for router in routers] == [{"standard"}] * 2  # the lease lasts
        for router in routers:
            router.until("premium", within_s=LEASE_S + 4)
        again = start("mortal", CONFIG, port=urlsplit(server.api).port)
        for router in routers:
            router.until("standard", within_s=10)
        again.kill()


@pytest.mark.parametrize("back", [timedelta(0), timedelta(days=1)], ids=["the clock goes on", "the clock went back"])
def test_a_restart_within_the_lease_is_not_felt(start, folder, back):
    name = f"restarted {back}"
    store = DuckDBStore(folder / name)
    earlier = next_epoch(Journal(store), datetime.now(UTC) + back)  # of a life with the clock of then
    store.close()
    patient = {**CONFIG, "signal": {**CONFIG["signal"], "lease": "60s"}}
    server = start(name, patient)
    step_down(server)
    with routing(server.api) as router:
        router.until("standard", within_s=5)
        epoch = router.ask()["epoch"]
        assert epoch > earlier
        server.kill()
        again = start(name, patient, port=urlsplit(server.api).port)
        deadline = time.monotonic() + 10
        while (said := router.ask())["epoch"] == epoch:
            assert set(said["served"]) == {"standard"}
            assert time.monotonic() < deadline, f"the restarted server is not followed: {said}"
        assert router.tiers() == {"standard"}
        again.kill()


@pytest.mark.parametrize("mode", ["hang", "reset"])
def test_a_cut_line_ends_with_the_lease_and_a_mended_one_is_followed_again(source, mode):
    with meddling(source.api) as line, routing(line.url, keys=KEYS) as router:
        router.until("standard", within_s=5)
        line.mode, cut = mode, time.monotonic()
        while time.monotonic() - cut < LEASE_S - 2:
            assert router.tiers() == {"standard"}
            time.sleep(0.1)
        router.until("premium", within_s=LEASE_S)
        line.mode = "pass"
        router.until("standard", within_s=5)


def test_what_is_replayed_reordered_swapped_or_forged_changes_nothing(source):
    with meddling(source.api) as line, routing(line.url, keys=KEYS) as router:
        router.until("standard", within_s=5)
        deadline = time.monotonic() + 10
        while len(line.kept) < 3:
            assert time.monotonic() < deadline, "leases are not renewed"
            time.sleep(0.05)
        for mode, kind in {"replay": "old", "reorder": "old", "swap": "forged", "forge": "forged"}.items():
            seq, line.mode = router.ask()["seq"], mode
            router.counts(kind)
            said = router.ask()
            assert set(said["served"]) == {"standard"}
            assert seq <= said["seq"] < FORGED_SEQ
            line.mode = "pass"
            router.follows(later_than=said["seq"])


def test_a_line_cut_in_the_middle_of_a_poll_or_of_a_body_changes_nothing(source):
    with meddling(source.api) as line, routing(line.url, keys=KEYS) as router:
        router.until("standard", within_s=5)
        for _ in range(3):
            said = router.ask()
            assert eventually(line.cut)
            router.follows(later_than=said["seq"])
        seq, line.mode = router.ask()["seq"], "half"
        router.counts("protocol")
        assert (router.ask()["seq"], router.tiers()) == (seq, {"standard"})
        line.mode = "pass"
        router.follows(later_than=seq)
        assert router.tiers() == {"standard"}


def test_an_unsigned_source_is_not_obeyed_by_a_reader_with_keys(start):
    server = start("unsigned", {**CONFIG, "signal": {"renew": "700ms", "lease": "3s"}})
    step_down(server)
    with routing(server.api, keys=KEYS) as router:
        router.counts("unsigned")
        assert router.tiers() == {"premium"}
    server.kill()


@pytest.mark.parametrize("off_s", [-3_600, -20, 20, 3_600])
def test_a_wrong_clock_keeps_no_router_from_following_nor_from_letting_go(source, off_s):
    with meddling(source.api) as line, routing(line.url, clock_off_s=off_s) as router:
        router.until("standard", within_s=5)
        line.mode = "hang"
        assert router.tiers() == {"standard"}
        router.until("premium", within_s=LEASE_S + 4)


@pytest.mark.parametrize(("off_s", "kind"), [(-3_600, "future"), (3_600, "clock")])
def test_a_clock_too_wrong_for_signed_leases_leaves_a_router_that_serves_and_says_so(source, off_s, kind):
    with meddling(source.api) as line, routing(line.url, keys=KEYS, clock_off_s=off_s) as router:
        router.counts(kind)
        assert router.tiers() == {"premium"}


def test_what_is_applied_is_acknowledged(source):
    with routing(source.api, reader={"name": "router-1", "service": "shop"}) as router:
        router.until("standard", within_s=5)
        deadline = time.monotonic() + 5
        while not router.ask()["acknowledged"]:
            assert time.monotonic() < deadline, router.ask()
        readers = {reader["reader"]: reader for reader in source.get("/v1/routing/readers")["readers"]}
        assert readers["router-1"]["service"] == "shop"
