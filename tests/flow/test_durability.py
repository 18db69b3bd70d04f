"""Whatever was acknowledged is there, once, after the server was killed at any moment."""

import random
import signal
import sys
import time
from decimal import Decimal

import httpx
import pytest

from collector.store import DuckDBStore, Query
from instrumentation.reader import DowngradeReader
from tests.flow.load import Address, Load, OverGrpc, OverHttp

ROUNDS = 22
LINES_PER_CALL = 2  # input and output
COST_OF_A_CALL = Decimal("0.0038")  # 1200 x 2.50 + 80 x 10.00 per million


class Rounds:
    """One server after the other; senders ask where the current one is."""

    def __init__(self, serve):
        self._serve, self._process, self.now = serve, None, None

    def where(self):
        return self.now

    def start(self, *, wait=True):
        self._process = self._serve.begin()
        if wait:
            said = self._serve.ready(self._process)
            self.now = Address(said.otlp, said.grpc)

    def end(self, number=signal.SIGKILL):
        self._process.send_signal(number)
        self._process.wait()
        self.now = None


def test_every_acknowledged_span_is_there_once_after_kill_9_at_any_moment(serve, tmp_path, record_property):
    chance = random.Random(2_026)
    rounds = Rounds(serve)
    load = Load(rounds.where).start(OverHttp, OverGrpc, OverHttp, OverGrpc)
    for number in range(ROUNDS):
        if number % 5 == 4:  # while it starts
            rounds.start(wait=False)
            time.sleep(chance.uniform(0, 0.4))
        else:
            rounds.start()
            time.sleep(chance.uniform(0.02, 0.5))
        rounds.end()
    rounds.start()
    time.sleep(0.3)
    load.stop()
    rounds.end(signal.SIGTERM)
    record_property("acknowledged_spans", len(load.acked))
    sys.stdout.write(f"\n{len(load.acked)} acknowledged spans, {load.tries} requests, {ROUNDS} kills\n")
    assert len(load.acked) > 20 * ROUNDS, "too little was sent to prove anything"
    _check(DuckDBStore(tmp_path / "data"), load)


def _check(store, load):
    def rows(text):
        return store.run(Query("asked", text)).to_pylist()

    stored = [(row["trace"].int, row["span"]) for row in rows("select trace_id as trace, span_id as span from spans")]
    assert len(stored) == len(set(stored)), "a span is stored twice"
    assert load.acked - set(stored) == set(), "an acknowledged span is lost"
    assert set(stored) <= load.sent
    traces = {trace for trace, _ in stored}
    calls = sum(span != 1 for _, span in stored)
    assert rows("select count(*) as n, count(distinct trace_id) as traces from requests") == [
        {"n": len(traces), "traces": len(traces)}
    ]
    assert rows("select sum(span_count)::bigint as n, sum(call_count)::bigint as calls from requests") == [
        {"n": len(stored), "calls": calls}
    ]
    assert rows("select count(*) as n from ledger_lines") == [{"n": LINES_PER_CALL * calls}]
    for table in ("requests", "ledger_lines", "cost_minutes"):
        assert rows(f"select sum(cost_usd) as usd from {table}") == [{"usd": calls * COST_OF_A_CALL}]  # noqa: S608 - ours
    (complete,) = rows("select count(*) as n from requests where complete")
    assert rows("select sum(requests)::bigint as n from request_minutes") == [complete]
    store.close()


def test_sigterm_keeps_and_derives_what_was_acknowledged(serve, tmp_path):
    server = serve()
    load = Load(lambda: Address(server.otlp, server.grpc)).start(OverHttp, OverGrpc)
    time.sleep(1)
    status = server.stop()
    load.stop()
    assert status == 0
    assert load.acked
    _check(DuckDBStore(tmp_path / "data"), load)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_idle_server_ends_soon_and_well(serve, number):
    server = serve()
    server.process.send_signal(number)
    assert server.process.wait(5) == 0


def test_a_server_that_routers_and_browsers_listen_to_ends_soon_and_well(serve):
    server = serve()
    with (
        DowngradeReader(server.api, wait_s=30, timeout_s=40) as reader,
        httpx.stream("GET", f"{server.api}/v1/routing/events", timeout=10) as events,
    ):
        assert reader.answered(10)
        assert events.status_code == 200
        assert server.stop(within_s=8) == 0
