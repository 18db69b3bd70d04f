"""The two listeners of the edge, started and stopped together. Signals of the operating system are not theirs."""

import asyncio
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

import grpc.aio
import uvicorn
from uvicorn.server import ServerState

from collector.otlp.connections import GuardedProtocol
from collector.otlp.grpc import ExportHandlers, options
from collector.otlp.http import OtlpHttp
from collector.otlp.receiver import Receiver

_BACKLOG = 1024


class CannotListen(Exception):
    """A listener cannot have the address it was given."""


class HttpListener:
    """Accepts HTTP connections and knows which requests are in progress; uvicorn's protocol without its server."""

    def __init__(self, receiver: Receiver, cors_origins: Iterable[str]) -> None:
        self._state = ServerState()
        self._config = _uvicorn_config(receiver, cors_origins)
        self._protocol = partial(GuardedProtocol, receiver, config=self._config, server_state=self._state, app_state={})
        self._server: asyncio.Server | None = None

    async def listen(self, sock: socket.socket) -> None:
        """Accept connections from now on."""
        self._config.load()
        self._server = await asyncio.get_running_loop().create_server(self._protocol, sock=sock, backlog=_BACKLOG)

    async def stop(self, grace_s: float) -> None:
        """Accept nothing more, await the requests in progress, then cancel them: they still answer, with 503."""
        if self._server is not None:
            self._server.close()
        for connection in list(self._state.connections):
            connection.shutdown()
        if self._state.tasks:
            _, late = await asyncio.wait(self._state.tasks, timeout=grace_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)


@dataclass(frozen=True, slots=True)
class Listeners:
    """What is listening, and where; the ports are the real ones even when 0 was asked for."""

    http_port: int
    grpc_port: int
    http_listener: HttpListener
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
    http_listener = HttpListener(receiver, cors_origins)
    await http_listener.listen(sock)
    return Listeners(real_http_port, real_grpc_port, http_listener, grpc_server)


async def stop(listeners: Listeners, *, grace_s: float) -> None:
    """Take no new requests and let those in progress be answered, for ``grace_s`` seconds at most.

    What is still in progress then is told to retry.
    """
    await asyncio.gather(listeners.http_listener.stop(grace_s), listeners.grpc_server.stop(grace_s))


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


def _uvicorn_config(receiver: Receiver, cors_origins: Iterable[str]) -> uvicorn.Config:
    return uvicorn.Config(
        OtlpHttp(receiver, cors_origins=cors_origins),
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        timeout_keep_alive=int(receiver.limits.keep_alive_s),
    )
