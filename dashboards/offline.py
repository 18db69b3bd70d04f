"""Answering from a data directory that no server holds, through the same application that serves."""

import asyncio
import os
import time
from collections.abc import Mapping
from pathlib import Path

import httpx
from fastapi import FastAPI

from analytics.api import Goals
from collector.configuration import ConfigurationError
from collector.store import DuckDBStore, StoreError, StoreInUse
from collector.store.opening import DATABASE
from dashboards.app import Parts, build_app
from dashboards.configuration import Configuration, goals_of

CONFIGURATION = "burnline.yaml"


class CannotOpen(Exception):
    """A data directory cannot be asked; the message says what to do."""


def answer_of(directory: Path, config: Path | None, path: str, params: Mapping[str, str]) -> httpx.Response:
    """Ask the application over the directory's store; raises :class:`CannotOpen`."""
    goals = _goals(directory, config)
    store = _opened(directory)
    try:
        return asyncio.run(_in_process(build_app(Parts(store, time.time_ns, goals)), path, params))
    finally:
        store.close()


def _goals(directory: Path, config: Path | None) -> Goals:
    """What the named configuration promises, or one that lies in the directory, or the one here, or nothing."""
    found = next((file for file in (directory / CONFIGURATION, Path(CONFIGURATION)) if file.is_file()), None)
    try:
        return goals_of(Configuration(config or found, os.environ))
    except ConfigurationError as error:
        raise CannotOpen(str(error)) from error


def _opened(directory: Path) -> DuckDBStore:
    if not (directory / DATABASE).is_file():  # opening would create one
        raise CannotOpen(f"no {DATABASE} in {directory}: name the data directory of a server or demo with --data DIR")
    try:
        return DuckDBStore(directory)
    except StoreInUse as error:
        raise CannotOpen(f"a running process holds {directory}: ask it with --url, or stop it first") from error
    except StoreError as error:
        raise CannotOpen(f"cannot open {directory}: {error}") from error


async def _in_process(app: FastAPI, path: str, params: Mapping[str, str]) -> httpx.Response:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://burnline") as client:
        return await client.get(path, params=dict(params))
