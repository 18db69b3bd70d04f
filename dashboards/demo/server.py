"""A whole Burnline server as a process of its own, as anybody would start it: ``burnline serve``.

ServerFailed   it did not start, or did not end well; says where its log is
"""

import asyncio
import re
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from dashboards.demo.directory import configuration

_READY = re.compile(r"API (?P<api_url>http\S+), OTLP/HTTP (?P<otlp_url>http[^\s,]+),")
_START_S, _STOP_S = 60.0, 60.0


class ServerFailed(Exception):
    """The server failed."""


@dataclass(frozen=True, slots=True)
class Running:
    """Where a running server is."""

    api_url: str
    otlp_url: str


@dataclass(frozen=True, slots=True)
class Starting:
    """A server that has been started and may not answer yet."""

    process: Process
    log: Path

    async def ready(self) -> Running:
        """Wait until it answers; raises :class:`ServerFailed`."""
        try:
            async with asyncio.timeout(_START_S):
                async for line in _lines(self.process):
                    found = _READY.search(line)
                    if found:
                        return Running(**found.groupdict())
        except TimeoutError:
            raise ServerFailed(f"the server was not ready within {_START_S:.0f} s; its log is {self.log}") from None
        raise ServerFailed(f"the server ended before it was ready; its log is {self.log}")


@asynccontextmanager
async def serving(directory: Path) -> AsyncIterator[Starting]:
    """Run a server on free ports over ``directory``, and stop it in order; whatever happens it is gone afterwards."""
    log = directory / "server.log"
    process = await _started(directory, log)
    try:
        yield Starting(process, log)
    finally:
        await _stopped(process)
    if process.returncode != 0:
        raise ServerFailed(f"the server ended with status {process.returncode}; its log is {log}")


async def _started(directory: Path, log: Path) -> Process:
    ports = ("--port", "0", "--otlp-grpc-port", "0", "--otlp-http-port", "0")
    command = (
        sys.executable,
        "-P",
        "-m",
        "burnline",
        "serve",
        "--data",
        directory,
        "--config",
        configuration(directory),
    )
    with log.open("wb") as errors:
        # in a session of its own, so that Ctrl-C reaches the demo alone, which then stops the server in order
        return await asyncio.create_subprocess_exec(
            *command, *ports, stdout=PIPE, stderr=errors, start_new_session=True
        )


async def _lines(process: Process) -> AsyncIterator[str]:
    if process.stdout is not None:
        async for line in process.stdout:
            yield line.decode()


async def _stopped(process: Process) -> None:
    if process.returncode is None:
        process.send_signal(signal.SIGTERM)
    try:
        await asyncio.wait_for(process.wait(), _STOP_S)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
