"""What a store promises, whatever engine keeps the rows.

Only what every engine can keep stands here: idempotent batch writes, named queries with bound parameters, several
derived statements at once, health. Queries are ``.sql`` files; values never become part of their text.

    StoreError
    |-- StoreUnavailable   nothing was written; try again after ``retry_after_s``
    |-- StoreInUse         another process holds the data directory
    |-- StoreTooNew        written by a newer Burnline than this one
    |-- StoreDamaged       the data file cannot be read; nothing was changed
    `-- QueryFailed        a named query could not be answered
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from importlib.resources import files
from typing import Protocol

import pyarrow as pa

from collector.store.parts import taken

Params = Mapping[str, object]
Tables = Mapping[str, pa.Table]
Batches = Iterator[pa.RecordBatch]


class StoreError(Exception):
    """The root of what a store can raise."""


class StoreUnavailable(StoreError):
    """Nothing of the group was written."""

    def __init__(self, message: str, *, retry_after_s: float = 1.0) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class StoreInUse(StoreError):
    """Another process holds the data directory."""


class StoreTooNew(StoreError):
    """The data directory was migrated by a newer Burnline."""


class StoreDamaged(StoreError):
    """The data file cannot be read. It is left as it is, for a person to restore."""


class QueryFailed(StoreError):
    """A named query could not be answered; says which."""


@dataclass(frozen=True, slots=True)
class Query:
    """One named statement: a ``.sql`` file of a package's ``queries`` folder."""

    name: str
    text: str


def queries_of(package: str) -> Mapping[str, Query]:
    """Every ``queries/*.sql`` of a package by its bare name, with the parts it takes.

    >>> "batches_by_id" in queries_of("collector.store")
    True
    """
    folder = files(package) / "queries"
    found = sorted(
        (entry.name.removesuffix(".sql"), entry) for entry in folder.iterdir() if entry.name.endswith(".sql")
    )
    return {name: Query(name, taken(entry.read_text(encoding="utf-8"), package)) for name, entry in found}


@dataclass(frozen=True, slots=True)
class Step:
    """One statement of an atomic change, with its parameters."""

    query: Query
    params: Params = field(default_factory=dict)


class Lane(StrEnum):
    """Which changes wait for each other: those of one lane run one after the other, and no table is in two lanes."""

    DERIVED = "derived"  # whatever follows from what was stored; a derivation takes 100 ms
    ASKED = "asked"  # what a caller waits for before a model is called: reservations
    NOTED = "noted"  # what is remembered about changes of the service


@dataclass(frozen=True, slots=True)
class Health:
    """What a real read and a real write said."""

    readable: bool
    writable: bool
    detail: str
    free_bytes: int
    quarantined: tuple[str, ...] = ()
    """Write-ahead logs that were set aside because they could not be read."""

    @property
    def ready(self) -> bool:
        """Whether requests can be kept and answered."""
        return self.readable and self.writable


class Store(Protocol):
    """Keeps what was acknowledged."""

    def append(self, tables: Tables) -> None:
        """Append rows to the named tables, all or nothing; ``batches`` tells by batch_id whether it happened.

        Returns only after the commit is durable. Raises :class:`StoreUnavailable` when nothing was written.
        """
        ...

    def add_dimensions(self, tables: Tables) -> None:
        """Add rows to dimensions (``attributions``, ``rates``); what is there already stays, whoever added it."""
        ...

    def run(self, query: Query, params: Params | None = None, *, tables: Tables | None = None) -> pa.Table:
        """Answer a named query; ``tables`` can be named in it like stored ones. Raises :class:`QueryFailed`."""
        ...

    def stream(self, query: Query, params: Params | None = None, *, tables: Tables | None = None) -> Batches:
        """Answer a named query batch by batch, for answers larger than memory; no time limit.

        It sees one state of the store from the first batch to the last. Raises :class:`QueryFailed`.
        """
        ...

    def change(self, steps: Sequence[Step], *, tables: Tables | None = None, lane: Lane = Lane.DERIVED) -> None:
        """Run the steps in order, all or nothing; none of them writes a table of :meth:`append` or another lane."""
        ...

    def health(self) -> Health:
        """Try a read and a write."""
        ...

    def close(self) -> None:
        """Write everything into the main file and release it."""
        ...
