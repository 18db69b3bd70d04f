"""Eight million empty spans in 15 kB, and their kin: the right status, quickly, in bounded memory, and life goes on."""

import gzip
import time
from pathlib import Path

import grpc
import pytest
from backports import zstd

from collector.otlp.schema import SERVICE
from collector.signals import Signal
from tests.collector.otlp.peers import JSON, PROTOBUF, Keeper, edge, in_scope, request_with

MIB = 1 << 20
EIGHT_MILLION_SPANS = in_scope(b"\x12\x00" * 8_000_000)
DEEP_JSON = b'{"resourceSpans":' + b"[" * 1_000_000
JSON_OBJECTS = b'{"resourceSpans":[' + b"{}," * 8_000_000 + b"{}]}"


class Peak:
    """The most memory this process has had since the block began."""

    def __enter__(self):
        Path("/proc/self/clear_refs").write_text("5")  # resets the peak
        self._before = self._kib("VmRSS")
        return self

    def __exit__(self, *_):
        self.growth_mib = (self._kib("VmHWM") - self._before) / 1024

    @staticmethod
    def _kib(name):
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(name))


def test_the_bomb_is_what_it_is_said_to_be():
    assert len(gzip.compress(EIGHT_MILLION_SPANS)) < 17_000


@pytest.mark.parametrize(
    ("bomb", "encoding", "headers", "status"),
    [
        (EIGHT_MILLION_SPANS, "gzip", PROTOBUF, 413),
        (EIGHT_MILLION_SPANS, "zstd", PROTOBUF, 413),
        (bytes(128 * MIB), "gzip", PROTOBUF, 413),
        (bytes(128 * MIB), "zstd", PROTOBUF, 413),
        (JSON_OBJECTS, "gzip", JSON, 413),
        (DEEP_JSON, "gzip", JSON, 400),
    ],
    ids=["spans gzip", "spans zstd", "zeros gzip", "zeros zstd", "json objects", "json depth"],
)
async def test_l1_l2_a_bomb_over_http_is_refused_in_no_time_and_little_memory(bomb, encoding, headers, status):
    small = {"gzip": gzip.compress, "zstd": zstd.compress}[encoding](bomb)
    keeper = Keeper()
    async with edge(keeper) as running:
        with Peak() as peak:
            started = time.perf_counter()
            answer = await running.client.post(
                "/v1/traces", content=small, headers=headers | {"content-encoding": encoding}
            )
            took_s = time.perf_counter() - started
        assert (answer.status_code, keeper.kept, sum(running.refused().values())) == (status, [], 1)
        assert took_s < 2, "0.1 to 0.3 s on an idle machine"
        assert peak.growth_mib < 200, "the body itself, at most twice 64 MiB, and the counting"
        assert (await running.post(content=request_with())).status_code == 200


async def test_l1_l2_the_bomb_over_grpc_is_refused_in_no_time_and_little_memory():
    keeper = Keeper()
    async with (
        edge(keeper) as running,
        grpc.aio.insecure_channel(running.target, compression=grpc.Compression.Gzip) as channel,
    ):
        call = channel.unary_unary(f"/{SERVICE[Signal.TRACES]}/Export")
        with Peak() as peak:
            started = time.perf_counter()
            with pytest.raises(grpc.aio.AioRpcError) as error:
                await call(EIGHT_MILLION_SPANS)
            took_s = time.perf_counter() - started
        assert (error.value.code(), keeper.kept) == (grpc.StatusCode.RESOURCE_EXHAUSTED, [])
        assert took_s < 2, "0.2 s on an idle machine, most of it the sender's compression"
        assert peak.growth_mib < 200
        assert await call(request_with()) == b""
