"""Trouble becomes a decision, the reader of a router sees it, and calm takes it back; a restart forgets nothing."""

import threading
import time

import pytest

from instrumentation.reader import DowngradeReader
from tests.analytics.derive.house import Sent, body, call
from tests.flow.conftest import Burnline

WINDOWS = [{"budget_share": 0.05, "long": "5s", "short": "1500ms", "severity": "page"}]
OBJECTIVE = {"target": 0.9, "route": "answer", "period": "10m", "windows": WINDOWS}  # burns of more than 6 fire
CONFIG = {
    "objectives": [
        {"name": "up", "sli": "availability", **OBJECTIVE},
        {"name": "quick", "sli": "latency", "threshold_ms": 1_500, **OBJECTIVE},
    ],
    "routes": [
        {
            "route": "answer",
            "ladder": ["premium", "standard"],
            "down_dwell": "1s",
            "up_dwell": "2s",
            "hold": "500ms",
            "jitter_ratio": 0,
            "probe_shares": [0.5, 1],
            "probe_requests": 3,
        }
    ],
    "evaluation": {"every": "200ms"},
    "signal": {"renew": "500ms", "lease": "5s"},
}
TROUBLE = {"failing": {"failed": True}, "slow": {"duration_s": 2.5}}


class Traffic:
    """A request every 50 ms, served at the tier that the reader says; in trouble or not."""

    def __init__(self, server: Burnline, reader: DowngradeReader, trouble: dict) -> None:
        self.server, self.reader, self.trouble = server, reader, trouble
        self.sent = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join(30)

    def _run(self):
        while not self._stop.wait(0.05):
            self.sent += 1
            assert self.server.send(body(self._request())).status_code == 200

    def _request(self) -> list[Sent]:
        verdict = self.reader.tier(route="answer", key=str(self.sent))
        how = {"duration_s": 0.1} | self.trouble
        number = time.time_ns()
        times = {"trace": number, "start_at_ns": number - round(how["duration_s"] * 1e9)}
        who = {"burnline.route": "answer", "burnline.tier": str(verdict.tier or "premium")}
        root = Sent(span=1, kind="request", says=who, **times, **how)
        return [root, call(span=2, parent=1, response=f"l-{number}", duration_s=0.05, **times)]


@pytest.mark.parametrize("trouble", TROUBLE.values(), ids=TROUBLE)
def test_trouble_steps_the_route_down_and_calm_steps_it_up_again(serve, trouble):
    server = serve(config=CONFIG)
    with DowngradeReader(server.api, poll_s=0.1) as reader, Traffic(server, reader, {}) as traffic:
        server.until(lambda: _judged(server) > 5, within_s=8)
        assert not reader.tier(route="answer", key="k").degraded
        traffic.trouble = trouble
        decision = server.until(lambda: _decision(server, "standard"), within_s=8)
        assert decision["scope"]["route"] == "answer"
        assert decision["cause"]
        server.until(lambda: reader.tier(route="answer", key="k").degraded, within_s=2)
        assert str(reader.tier(route="answer", key="k").tier) == "standard"
        assert not reader.tier(route="elsewhere", key="k").degraded
        traffic.trouble = {}
        server.until(lambda: _decision(server, "standard") is None, within_s=20)  # by halves
        server.until(lambda: not reader.tier(route="answer", key="k").degraded, within_s=2)
    served = server.get("/v1/cost", by="tier")
    assert {"premium", "standard"} <= {row["tier"] for row in served["rows"]}


def test_a_restart_keeps_the_downgrade_and_takes_no_total_back(serve):
    server = serve(config=CONFIG)
    with DowngradeReader(server.api, poll_s=0.1) as reader, Traffic(server, reader, TROUBLE["failing"]):
        server.until(lambda: _decision(server, "standard"), within_s=10)
    server.until(lambda: server.metric("burnline_derivation_lag_seconds") == 0, within_s=5)
    totals = _totals(server)
    server.kill()
    again = serve(config=CONFIG)
    again.until(lambda: _decision(again, "standard"), within_s=3)
    assert min(totals.values()) > 0
    after = _totals(again)
    assert {name: value for name, value in totals.items() if after[name] < value} == {}


def _judged(server) -> int:
    return sum(objective["windows"][0]["long_total"] for objective in server.get("/v1/slos")["slos"])


def _decision(server, tier):
    decisions = server.get("/v1/routing/decisions")["decisions"]
    return next((decision for decision in decisions if decision["tier"] == tier), None)


def _totals(server) -> dict[str, float]:
    names = ("burnline_requests_total", "burnline_cost_usd_total", "burnline_stored_rows")
    return {name: server.metric(name) for name in names}
