"""A pipeline over a real store, and stores that fail where a test wants them to."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from collector.accounts import Accounts
from collector.intake import IntakeSettings, Pipeline
from collector.signals import Receipt, Refused, Signal
from collector.store import DuckDBStore, Store, Tables
from tests.collector.store.rows import asked

GENEROUS_S = 20.0


@contextmanager
def pipeline_on(store: Store, accounts: Accounts | None = None, **more: Any) -> Iterator[Pipeline]:
    settings = IntakeSettings(**more.pop("settings", {}))
    pipeline = Pipeline(store, accounts or Accounts(), settings, **more)
    try:
        yield pipeline
    finally:
        assert pipeline.drain(GENEROUS_S)


async def offered(pipeline: Pipeline, *bodies: bytes, signal: Signal = Signal.TRACES) -> list[Receipt | Refused]:
    """All at once; what each was answered."""
    tasks = [pipeline.offer(signal, body) for body in bodies]
    answers = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), GENEROUS_S)
    return [_expected(answer) for answer in answers]


async def receipt(pipeline: Pipeline, body: bytes, signal: Signal = Signal.TRACES) -> Receipt:
    (answer,) = await offered(pipeline, body, signal=signal)
    assert isinstance(answer, Receipt), answer
    return answer


def _expected(answer: Any) -> Receipt | Refused:
    if isinstance(answer, Receipt | Refused):
        return answer
    raise AssertionError(f"neither a receipt nor a refusal: {answer!r}") from answer


def adds_up(answer: Receipt) -> bool:
    return answer.received == answer.stored + answer.duplicate + answer.rejected_count


def span_ids(store: Store) -> list[int]:
    return [row["span_id"] for row in asked(store, "select span_id from spans order by span_id")]


class Stand:
    """A real store in front of whose ``append`` something stands."""

    def __init__(self, real: DuckDBStore | None = None) -> None:
        self.real = real or DuckDBStore(None)
        self.appends = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    def append(self, tables: Tables) -> None:
        self.appends += 1
        self.real.append(tables)


class Raising(Stand):
    """Raises its errors in turn, before or after the real append, and then works."""

    def __init__(self, *errors: Exception, after: bool = False) -> None:
        super().__init__()
        self.errors, self.after = list(errors), after

    def append(self, tables: Tables) -> None:
        error = self.errors.pop(0) if self.errors else None
        if error is None or self.after:
            super().append(tables)
        if error is not None:
            raise error


class Gated(Stand):
    """Appends only while its gate is open."""

    def __init__(self) -> None:
        super().__init__()
        self.gate, self.reached = threading.Event(), threading.Event()

    def append(self, tables: Tables) -> None:
        self.reached.set()
        assert self.gate.wait(GENEROUS_S)
        super().append(tables)

    async def is_reached(self) -> None:
        assert await asyncio.to_thread(self.reached.wait, GENEROUS_S)
