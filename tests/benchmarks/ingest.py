"""How many acknowledged, durable spans a second does one server take, on two cores that the senders share?

Every acknowledgement comes after the commit. Bodies hold 500 spans of about 12 attributes, with and without 2 kB of
message content on every chat span; eight keep-alive connections send as fast as they are answered. The naive server
beside it does nothing but decode and insert: the price of normalising, rating, roll-ups and deduplication is the ratio.

Run as ``python -m tests.benchmarks.ingest [seconds]``.
"""

import asyncio
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import grpc.aio
import httpx
import psutil

from tests.benchmarks.traffic import SPANS, fresh, template

_CONNECTIONS = 8
_TEMPLATES = 12
_CONTENT_BYTES = 2_000
_PROBE_EVERY_S = 1.0
_EXPORT = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"
Send = Callable[[bytes], Awaitable[None]]


@dataclass(slots=True)
class Run:
    """What one run measured."""

    spans: int = 0
    seconds: float = 0.0
    cpu_s: float = 0.0
    peak_rss_mb: float = 0.0
    acks_ms: list[float] = field(default_factory=list)
    visible_ms: list[float] = field(default_factory=list)
    behind_s: float = 0.0

    def row(self, name: str) -> str:
        """One line of the table."""
        acks = sorted(self.acks_ms)
        visible = f"{statistics.median(self.visible_ms):.0f} / {max(self.visible_ms):.0f}" if self.visible_ms else "-"
        return (
            f"| {name} | {self.spans / self.seconds:,.0f} "
            f"| {acks[len(acks) // 2]:.0f} / {acks[len(acks) * 99 // 100]:.0f} "
            f"| {self.spans / self.cpu_s:,.0f} | {self.peak_rss_mb:,.0f} | {visible} | {self.behind_s:.2f} |"
        )


HEADER = (
    "| server | spans/s | ack p50 / p99 ms | spans per server CPU second | peak RSS MB "
    "| visible after ack p50 / max ms | derived after the last ack s |\n|---|---|---|---|---|---|---|"
)


def main() -> None:
    """Print one table."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 15.0
    print(__doc__.splitlines()[0], HEADER, sep="\n\n")
    for content in (0, _CONTENT_BYTES):
        bodies = [template(seed, content_bytes=content) for seed in range(_TEMPLATES)]
        label = f"{len(bodies[0]) // SPANS} B a span"
        for name in ("http", "grpc"):
            with _burnline() as server:
                print(asyncio.run(_measure(server, name, bodies, seconds)).row(f"Burnline {name}, {label}"), flush=True)
        with _naive() as server:
            print(asyncio.run(_measure(server, "http", bodies, seconds)).row(f"naive http, {label}"), flush=True)


@dataclass(frozen=True, slots=True)
class _Server:
    process: subprocess.Popen[str]
    http: str
    grpc: str = ""
    api: str = ""


@contextmanager
def _burnline() -> Iterator[_Server]:
    command = [
        sys.executable,
        "-m",
        "burnline",
        "serve",
        "--port",
        "0",
        "--otlp-grpc-port",
        "0",
        "--otlp-http-port",
        "0",
    ]
    with tempfile.TemporaryDirectory() as directory:
        process = _started([*command, "--data", directory])
        for line in process.stdout or ():
            if line.startswith("burnline is ready"):
                words = line.replace(",", "").split()
                yield _Server(process, words[6], words[8], words[4])
                break
        _end(process)


@contextmanager
def _naive() -> Iterator[_Server]:
    with tempfile.TemporaryDirectory() as directory:
        port = "43188"
        process = _started([sys.executable, "-m", "tests.benchmarks.naive", directory, port])
        _await_port(int(port))
        yield _Server(process, f"http://127.0.0.1:{port}")
        process.kill()
        process.wait()


def _await_port(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"the naive server does not listen on {port}")


def _started(command: list[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)  # noqa: S603 - ours


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    process.wait(60)


async def _measure(server: _Server, protocol: str, bodies: list[bytes], seconds: float) -> Run:
    run = Run()
    observed = psutil.Process(server.process.pid)
    async with _senders(server, protocol) as sends:
        await _answers(sends[0], bodies)
        before, started = _cpu_s(observed), time.perf_counter()
        until = started + seconds
        probes = asyncio.create_task(_probe(server, sends[0], bodies, run, until))
        await asyncio.gather(
            *(_send(send, i, bodies, run, until) for i, send in enumerate(sends)), _watch(observed, run, until)
        )
        await probes
        run.seconds = time.perf_counter() - started
        run.behind_s = await _derived_after(server)
        run.cpu_s = _cpu_s(observed) - before
    return run


class _senders:  # noqa: N801 - reads as the context it is
    def __init__(self, server: _Server, protocol: str) -> None:
        self._server, self._protocol = server, protocol

    async def __aenter__(self) -> list[Send]:
        if self._protocol == "http":
            host, port = self._server.http.removeprefix("http://").split(":")
            return [_http(*await asyncio.open_connection(host, int(port))) for _ in range(_CONNECTIONS)]
        options = [("grpc.use_local_subchannel_pool", 1), ("grpc.max_send_message_length", -1)]
        self._channels = [grpc.aio.insecure_channel(self._server.grpc, options=options) for _ in range(_CONNECTIONS)]
        return [_grpc(channel) for channel in self._channels]

    async def __aexit__(self, *_: object) -> None:
        for channel in getattr(self, "_channels", []):
            await channel.close()


def _http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Send:
    """A keep-alive connection; a client library would take the cores that are being measured."""

    async def send(body: bytes) -> None:
        head = (
            "POST /v1/traces HTTP/1.1\r\nHost: burnline\r\nContent-Type: application/x-protobuf\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        writer.write(head.encode())
        writer.write(body)
        await writer.drain()
        answer = await reader.readuntil(b"\r\n\r\n")
        if not answer.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"refused: {answer!r}")
        for line in answer.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                await reader.readexactly(int(line.split(b":")[1]))
            elif line.startswith(b"transfer-encoding:"):
                while size := int(await reader.readline(), 16):
                    await reader.readexactly(size + 2)
                await reader.readline()

    return send


def _grpc(channel: grpc.aio.Channel) -> Send:
    call = channel.unary_unary(_EXPORT, request_serializer=None, response_deserializer=None)

    async def send(body: bytes) -> None:
        await call(body, timeout=60)

    return send


async def _answers(send: Send, bodies: list[bytes]) -> None:
    """One request outside the measurement: imports and first allocations."""
    await send(fresh(bodies[0], 2**31 + os.getpid()))


async def _send(send: Send, connection: int, bodies: list[bytes], run: Run, until: float) -> None:
    number = connection
    while time.perf_counter() < until:
        body = fresh(bodies[number % len(bodies)], number)
        sent = time.perf_counter()
        await send(body)
        run.acks_ms.append((time.perf_counter() - sent) * 1e3)
        run.spans += SPANS
        number += _CONNECTIONS


async def _probe(server: _Server, _: Send, bodies: list[bytes], run: Run, until: float) -> None:
    """How long after its acknowledgement a request is in answers, while the load goes on."""
    if not server.api:
        return
    host, port = server.http.removeprefix("http://").split(":")
    send = _http(*await asyncio.open_connection(host, int(port)))
    async with httpx.AsyncClient(base_url=server.api, timeout=30) as client:
        number = 2**30
        while time.perf_counter() < until - _PROBE_EVERY_S:
            number += 1
            body = fresh(bodies[0], number)
            await send(body)
            acked = time.perf_counter()
            at = body.index(number.to_bytes(4, "big"))
            trace_id = body[at : at + 16].hex()
            while (await client.get(f"/v1/requests/{trace_id}")).status_code != httpx.codes.OK:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
            run.visible_ms.append((time.perf_counter() - acked) * 1e3)
            run.spans += SPANS
            await asyncio.sleep(_PROBE_EVERY_S)


async def _watch(observed: psutil.Process, run: Run, until: float) -> None:
    while time.perf_counter() < until:
        run.peak_rss_mb = max(run.peak_rss_mb, observed.memory_info().rss / 2**20)
        await asyncio.sleep(0.1)


async def _derived_after(server: _Server) -> float:
    """Seconds until answers show everything that was acknowledged."""
    if not server.api:
        return 0.0
    began = time.perf_counter()
    async with httpx.AsyncClient(base_url=server.api, timeout=30) as client:
        while "burnline_derivation_lag_seconds 0.0" not in (await client.get("/metrics")).text:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    return time.perf_counter() - began


def _cpu_s(observed: psutil.Process) -> float:
    times = observed.cpu_times()
    return times.user + times.system


if __name__ == "__main__":
    main()
