"""The past into a data directory before its server starts, by the same intake that a server has.

NotKept   the past could not be stored whole
"""

import asyncio
from collections.abc import Iterable
from pathlib import Path

from collector.accounts import Accounts
from collector.intake import IntakeSettings, Pipeline
from collector.signals import Signal
from collector.store import DuckDBStore, StoreSettings

_DRAIN_S = 30.0


class NotKept(Exception):
    """What was recorded and what is stored differ."""


def keep(directory: Path, bodies: Iterable[bytes]) -> int:
    """Store OTLP requests for traces; the number of spans, all of them stored. Raises :class:`NotKept`."""
    store = DuckDBStore(directory, StoreSettings())
    try:
        pipeline = Pipeline(store, Accounts(), IntakeSettings())
        try:
            return asyncio.run(_offered(pipeline, bodies))
        finally:
            pipeline.drain(_DRAIN_S)
    finally:
        store.close()


async def _offered(pipeline: Pipeline, bodies: Iterable[bytes]) -> int:
    stored = 0
    for body in bodies:
        receipt = await pipeline.offer(Signal.TRACES, body)
        if receipt.stored != receipt.received:
            raise NotKept(f"{receipt.received} spans of the past were recorded and {receipt.stored} are stored")
        stored += receipt.stored
    return stored
