"""The two listeners of the edge, started and stopped together. Signals of the operating system are not theirs."""

import asyncio
import contextlib
import socket
from collections.abc import Generator, Iterable
from dataclasses import dataclass
from functools import partial

import grpc.aio
import uvicorn

from collector.otlp.connections import GuardedProtocol
from collector.otlp.grpc import ExportHandlers, options
from collector.otlp.http import OtlpHttp
from collector.otlp.receiver import Receiver

_BACKLOG = 1024


class CannotListen(Exception):
    """A listener cannot have the address it was given."""


class HttpServer(uvicorn.Server):
    """uvicorn without its signal handlers, which tells when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen."""
        await super().startup(sockets)
        self.is_listening.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Leave signals to the process, which stops us with :func:`stop`."""
        yield


@dataclass(frozen=True, slots=True)
class Listeners:
    """What is listening, and where; the ports are the real ones even when 0 was asked for."""

    http_port: int
    grpc_port: int
    http_server: HttpServer
    http_task: "asyncio.Task[None]"
    grpc_server: grpc.aio.Server


async def start(
    receiver: Receiver,
    *,
    host: str = "127.0.0.1",
    http_port: int = 4318,
    grpc_port: int = 4317,
    cors_origins: Iterable[str] = (),
) -> Listeners:
    """Listen on both ports; port 0 takes a free one. Raises :class:`CannotListen`."""
    sock = _listening_socket(host, http_port)
    try:
        grpc_server, real_grpc_port = await _started_grpc(receiver, host, grpc_port)
    except CannotListen:
        sock.close()
        raise
    real_http_port = sock.getsockname()[1]
    http_server = HttpServer(_http_config(receiver, cors_origins))
    http_task = asyncio.create_task(http_server.serve(sockets=[sock]))
    await http_server.is_listening.wait()
    return Listeners(real_http_port, real_grpc_port, http_server, http_task, grpc_server)


async def stop(listeners: Listeners, *, grace_s: int) -> None:
    """Take no new requests and let those in progress be answered, for ``grace_s`` seconds at most.

    What is still in progress then is answered with 503 / cut off, so that its sender retries.
    """
    listeners.http_server.config.timeout_graceful_shutdown = grace_s
    listeners.http_server.should_exit = True
    await asyncio.gather(listeners.http_task, listeners.grpc_server.stop(grace_s))


def _listening_socket(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        raise CannotListen(
            f"cannot listen for OTLP/HTTP on {host}:{port}: {error.strerror}; choose another port"
        ) from error


async def _started_grpc(receiver: Receiver, host: str, port: int) -> tuple[grpc.aio.Server, int]:
    server = grpc.aio.server(options=options(receiver.limits))
    server.add_generic_rpc_handlers((ExportHandlers(receiver),))
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    try:
        real_port = server.add_insecure_port(address)
    except RuntimeError as error:
        raise CannotListen(f"cannot listen for OTLP/gRPC on {address}: {error}; choose another port") from error
    await server.start()
    return server, real_port


def _http_config(receiver: Receiver, cors_origins: Iterable[str]) -> uvicorn.Config:
    return uvicorn.Config(
        OtlpHttp(receiver, cors_origins=cors_origins),
        http=partial(GuardedProtocol, receiver),  # type: ignore[arg-type] # any factory of protocols will do
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=int(receiver.limits.keep_alive_s),
    )
