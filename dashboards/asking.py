"""Asking: one question to a running server, or to a data directory that no server holds, with the same answers.

NoAnswer   says what to do next; the command prints it and ends with 1
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from fastapi import FastAPI

from collector.store import DuckDBStore, Store, StoreError, StoreInUse
from dashboards.app import Parts, build_app

DEFAULT_URL = "http://127.0.0.1:8320"
DATABASE = "burnline.duckdb"
_PATIENCE_S = 40.0  # the store interrupts a question after 30 s


class NoAnswer(Exception):
    """A question could not be asked or was refused."""


AppOfDirectory = Callable[[Store, Path], FastAPI]
"""Makes the application that answers for an open data directory."""


def bare_app(store: Store, _: Path) -> FastAPI:
    """Answer from the store alone, without objectives and budgets."""
    return build_app(Parts(store, time.time_ns))


@dataclass(frozen=True, slots=True)
class Source:
    """Whom to ask: a server, or a data directory when one is given."""

    url: str = DEFAULT_URL
    data: Path | None = None
    app_of: AppOfDirectory = bare_app


def ask(source: Source, path: str, params: Mapping[str, str]) -> httpx.Response:
    """Ask; raises :class:`NoAnswer` with what to do when there is no good answer."""
    answer = (
        _of_server(source, path, params) if source.data is None else _of_directory(source, source.data, path, params)
    )
    if answer.status_code != HTTPStatus.OK:
        raise NoAnswer(_refusal(answer))
    return answer


def _of_server(source: Source, path: str, params: Mapping[str, str]) -> httpx.Response:
    url = source.url
    try:
        # a proxy from the environment has nothing to say about this machine
        with httpx.Client(base_url=url, timeout=_PATIENCE_S, trust_env=not _on_this_machine(url)) as client:
            return client.get(path, params=dict(params))
    except httpx.TimeoutException as error:
        raise NoAnswer(f"{url} did not answer within {_PATIENCE_S:.0f} s: ask for a shorter window") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise NoAnswer(
            f"no Burnline answers at {url} ({error}): start one with `burnline serve`, name another with --url URL, "
            "or ask a data directory that no server holds with --data DIR"
        ) from error


def _on_this_machine(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _of_directory(source: Source, directory: Path, path: str, params: Mapping[str, str]) -> httpx.Response:
    store = _opened(directory)
    try:
        return asyncio.run(_in_process(source.app_of(store, directory), path, params))
    finally:
        store.close()


def _opened(directory: Path) -> DuckDBStore:
    if not (directory / DATABASE).is_file():  # opening would create one
        raise NoAnswer(f"no {DATABASE} in {directory}: name the data directory of a server or demo with --data DIR")
    try:
        return DuckDBStore(directory)
    except StoreInUse as error:
        raise NoAnswer(f"a running process holds {directory}: ask it with --url, or stop it first") from error
    except StoreError as error:
        raise NoAnswer(f"cannot open {directory}: {error}") from error


async def _in_process(app: FastAPI, path: str, params: Mapping[str, str]) -> httpx.Response:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://burnline") as client:
        return await client.get(path, params=dict(params))


def _refusal(answer: httpx.Response) -> str:
    if answer.headers.get("content-type", "").startswith("application/problem+json"):
        return str(answer.json()["detail"])
    return f"{answer.request.url} answered {answer.status_code}, which is not Burnline's way: check --url"
