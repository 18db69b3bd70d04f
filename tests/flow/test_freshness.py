"""What is acknowledged is visible in answers within a second."""

import statistics
import time

import pytest

from tests.analytics.derive.house import Sent, body, call
from tests.flow.load import Address, Load, OverGrpc, OverHttp

_PATH = "/v1/requests/{:032x}"


def _seen_after_s(server, number) -> float:
    """Seconds from the acknowledgement of a request until it is answered for."""
    spans = [Sent(trace=number, span=1, kind="request"), call(trace=number, span=2, parent=1, response=f"f-{number}")]
    assert server.send(body(spans)).status_code == 200
    acked = time.monotonic()
    server.until(lambda: server.ask(_PATH.format(number)).status_code == 200, within_s=5)
    return time.monotonic() - acked


def test_while_nothing_else_happens(server):
    assert max(_seen_after_s(server, number) for number in range(9_001, 9_011)) < 1


@pytest.mark.parametrize("senders", [(OverHttp, OverGrpc)], ids=["http and grpc"])
def test_while_others_send(server, senders):
    """The median: a machine that tests share may stop for a second. The longest is in the benchmark of ingest."""
    load = Load(lambda: Address(server.otlp, server.grpc), pause_s=0.02, first=500).start(*senders)
    try:
        assert statistics.median(_seen_after_s(server, number) for number in range(9_021, 9_028)) < 1
    finally:
        load.stop()
    assert len(load.acked) > 300


def test_the_size_of_the_store_is_that_of_the_whole_directory(server):
    spilled = server.data / "spill" / "sort.tmp"
    spilled.parent.mkdir(exist_ok=True)
    with spilled.open("wb") as file:
        file.truncate(1 << 30)  # sparse
    assert server.metric("burnline_store_bytes") >= 1 << 30
    spilled.unlink()
    assert server.metric("burnline_store_bytes") < 1 << 30
