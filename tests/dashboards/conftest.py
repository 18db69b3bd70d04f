"""A running server over a real data directory, and the command as a person runs it."""

import argparse
import io
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass

import pytest
import uvicorn
from fastapi import FastAPI

from dashboards import commands


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command printed and how it ended."""

    status: int
    out: str
    err: str


@contextmanager
def _served(app: FastAPI) -> Iterator[str]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.005)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture(scope="session")
def served() -> Callable:
    """Serve an application on a free port until the block ends."""
    return _served


@pytest.fixture(scope="session")
def burnline() -> Callable[..., Ran]:
    """Run one command."""

    def run(*words: str, **options: object) -> Ran:
        parser = argparse.ArgumentParser("burnline")
        commands.register(parser.add_subparsers(required=True), **options)
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            args = parser.parse_args([str(word) for word in words])
            status = args.run(args)
        return Ran(status, out.getvalue(), err.getvalue())

    return run
